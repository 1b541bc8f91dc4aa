import type { PhiSpan } from '../kinds.js';
import { finderOf, groupSpan, type Finder } from './finder.js';

const extension = '(?:[ ,]{0,2}(?:x|ext\\.?|extension)[ :]{0,2}\\d{1,6})?';
const cues = 'phone|ph|tel|telephone|tel no|cell|cellphone|mobile|mob|home|work|office|pager|beeper|page|paged|voicemail|callback|call back|call|called|contact(?: number| no)?|number|line|hotline|desk|reach(?:ed)?(?: \\w{1,6})? (?:at|on)|call(?: me)? (?:at|on)|text(?:ed)?|sms|whatsapp|phones?|dial|registered|switchboard|cell no|p|t|c|o|h|m|w|fax|facsimile|f|efax|telefax';

/** A fax is a telephone number with that word before it, nearer than any other, or behind it. */
export function isFax(text: string, { start, end }: Pick<PhiSpan, 'start' | 'end'>): boolean {
  const before = text.slice(Math.max(0, start - 24), start);
  const after = text.slice(end, end + 14);
  if (/^\s{0,2}[-–(,:/[]{0,2}\s?(?:e-?|tele)?fax\b/i.test(after)) return true;
  const words = [...before.matchAll(/\b(?:e-?|tele)?fax(?:ed|es|imile)?\b|\bf(?=[:.] )|\b(?:phone|ph|tel|telephone|cell|mobile|home|office|pager|call|voice|desk)\b/gi)];
  return /^(?:e-?|tele)?fa|^f$/i.test(words.at(-1)?.[0] ?? '');
}
const phone = (text: string, found: Omit<PhiSpan, 'kind'>): PhiSpan => ({ ...found, kind: isFax(text, found) ? 'fax' : 'phone' });

const american = finderOf(new RegExp(`(?<![\\d.+/-])(?:\\+?1[-. ]{0,2})?(?:\\(\\d{3}\\)[-. ]{0,2}|\\d{3}[-. /])\\d{3}[-. ]\\d{4}${extension}(?![\\d]|[-.]\\d)`, 'gi'), 'phone', ({ 0: found, index }, text) => {
  const blanksOnly = /^\d{3} \d{3} \d{4}$/.test(found);
  return phone(text, { start: index, end: index + found.length, score: blanksOnly ? 0.75 : 0.93 });
});
const international = finderOf(new RegExp(`(?<![\\w.])(?:\\+|00(?=[1-9]))\\d{1,3}[ .-]?(?:\\(\\d{1,4}\\)[ .-]?)?\\d{1,4}(?:[ .-]?\\d{2,4}){1,5}${extension}(?!\\d)`, 'gi'), 'phone', ({ 0: found, index }, text) => {
  const digits = found.replace(/\D/g, '').length;
  return digits >= 8 && digits <= 17 ? phone(text, { start: index, end: index + found.length, score: found.startsWith('+') ? 0.9 : 0.6 }) : 0;
});
const cueBefore = new RegExp(`(?<![\\p{L}])(?<cue>${cues})(?:[ ]?(?:no|number|num|#)\\.?)?(?:[ ]?\\([a-z]{1,8}\\))?(?:[ \\t]{0,4}[:#.=][ \\t]{0,4}|[ \\t]{1,3}(?:is|at|on|was|me at|him at|her at|them at|me on)?[ \\t:]{0,3}|-)$`, 'iu');
const cued = finderOf(new RegExp(`(?<![\\d])\\(?\\+?\\d[\\d().\\t /-]{4,18}\\d${extension}(?![\\d]|[.,/-]\\d|[ ]?(?:mg|mcg|ml|mmhg|hours?|hrs|minutes|units?|kg|bpm|days?|weeks?|am|pm|%))`, 'gi'), 'phone', ({ 0: number, index }, text) => {
  const digits = number.replace(/\D/g, '').length;
  if (digits < 7 || digits > 16 || /\d{1,2}\/\d{1,2}\/\d{2,4}|\b(?:19|20)\d{2}-\d{2}-\d{2}/.test(number)) return 0;
  const cue = cueBefore.exec(text.slice(Math.max(0, index - 44), index))?.groups?.['cue'];
  if (cue === undefined || (cue.length === 1 && !/[-. )]/.test(number))) return 0;
  const end = index + number.length;
  return /^(?:f|fax|facsimile|efax|telefax)$/i.test(cue) ? { start: index, end, kind: 'fax', score: 0.9 } : phone(text, { start: index, end, score: 0.85 });
});
const short = finderOf(/\b(?:pager|beeper|page(?:d)?|ext(?:ension)?\.?|phone|call(?:ed)?|cell|desk|voicemail|spectralink|vocera|x)[ \t]{0,2}(?:no\.?|number|#|is|at|:)?[ \t:#]{0,3}(?<number>\d{3}[- ]\d{4}|\d{4,7}|(?<=x)\d{4,5})(?![\d%]|[-./]\d|[ ]?(?:mg|mcg|ml|units?|kg|hours?|days?|patients|times))/gid, 'phone', (match) => groupSpan(match, 'number', { kind: 'phone', score: 0.75 }));
const behind = finderOf(/(?<![\d.-])(?<number>\(?\d[\d ().-]{5,17}\d)(?=[ ]?[-–(,]{1,2}[ ]?(?:office|home|work|cell|mobile|fax|pager|phone)\b)/gid, 'phone', (match, text) => {
  const span = groupSpan(match, 'number', { kind: 'phone', score: 0.85 });
  return phone(text, span);
});

/** Telephone and fax numbers, pagers and extensions. */
export const phoneFinders: readonly Finder[] = [american, international, cued, short, behind];

import type { PhiKind, PhiSpan } from '../kinds.js';
import type { Token } from '../text/tokens.js';
import type { Finder } from './finder.js';
import { identifierLabels, numberWords } from './labels.data.js';

interface Label {
  readonly kind: PhiKind;
  readonly sure: boolean;
  readonly shortest: number;
}
const mostLabelWords = 4;
const labels = new Map<string, Label>();
for (const { kind, sure, numbered, shortest } of identifierLabels) {
  for (const phrase of numbered.split('|')) labels.set(phrase, { kind, sure: false, shortest });
  for (const phrase of sure.split('|')) labels.set(phrase, { kind, sure: true, shortest });
}
/** Most numbers stand behind words that end no label: one look tells. */
const lastWords = new Set([...labels.keys()].map((phrase) => phrase.split(' ').at(-1) ?? phrase));
const numbers = new Set(numberWords);
const joints = new Set([':', '#', '=', '(', '"', "'", '“', '*', '-', '–', '.', '|', '[']);
const links = new Set(['is', 'was', 'of', 'are', 'ending', 'in', 'with', 'the', 'reads', 'read']);

const value = /(?<![A-Za-z0-9])(?:\d{1,4}(?: \d{2,6}){1,5}(?![\w-])|[A-Za-z]{0,14}(?:-[A-Za-z]{1,8}){0,2}-?\d[A-Za-z0-9]{0,32}(?:[-.](?=[A-Za-z0-9])[A-Za-z0-9]{1,20}){0,6})(?![A-Za-z0-9_])/g;
const dose = /^[ ]?(?:mg|mcg|µg|ug|g|kg|ml|cc|l|iu|units?|mmol|meq|mm|cm|%|percent|dollars|patients|people|years?|months?|weeks?|days?|hours?|times|cases|samples|subjects|participants|beneficiaries|members|h|hz)\b|^%/i;
const looksLikeDate = /^(?:\d{1,2}[-./]\d{1,2}[-./](?:\d{2}|\d{4})|(?:19|20)\d{2}(?:-\d{2}-\d{2})?)$/;

const isOn = (token: Token | undefined, within: ReadonlySet<string>): boolean => token !== undefined && within.has(token.folded);

/** Steps back over colons, «is», a bracket with a remark: at most a few tokens, so that time stays linear. */
function beforeJoint(tokens: readonly Token[], at: number): number {
  let end = at;
  for (let steps = 0; steps < 5; steps += 1) {
    const token = tokens[end - 1];
    if (token?.text === ')') {
      let open = end - 2;
      while (open > end - 7 && tokens[open]?.text !== '(') open -= 1;
      if (tokens[open]?.text !== '(') return end;
      end = open;
    } else if (isOn(token, joints) || isOn(token, links)) end -= 1;
    else return end;
  }
  return end;
}

/** The longest label that ends before a token. */
function labelBefore(tokens: readonly Token[], end: number): Label | undefined {
  let phrase = '';
  let found: Label | undefined;
  let at = end - 1;
  for (let words = 0; words < mostLabelWords && at >= 0; at -= 1) {
    const token = tokens[at];
    if (token === undefined || token.type === 'line' || token.type === 'number') break;
    if (token.type === 'mark' && token.text !== '#') {
      if (token.text === '.' || token.text === '/' || token.text === "'s" || token.text === "'" || token.text === '-') continue;
      break;
    }
    const word = token.folded;
    if (words === 0 && !lastWords.has(word)) return undefined;
    phrase = phrase === '' ? word : `${word} ${phrase}`;
    words += 1;
    found = labels.get(phrase) ?? found;
  }
  return found;
}

/** The label of a value, and whether a word for «number» stands between the two. */
function labelOf(tokens: readonly Token[], at: number): (Label & { readonly numbered: boolean }) | undefined {
  let end = beforeJoint(tokens, at);
  const numbered = end < at && tokens.slice(end, at).some(({ text }) => text === '#');
  const direct = labelBefore(tokens, end);
  // «voiceprint ID» is a voiceprint and no bare «ID»: what stands before a word for «number» says more than the word
  for (let words = 0; words < 2 && (isOn(tokens[end - 1], numbers) || (tokens[end - 1]?.text === '.' && isOn(tokens[end - 2], numbers))); words += 1) {
    end -= tokens[end - 1]?.text === '.' ? 2 : 1;
    const label = labelBefore(tokens, end);
    if (label) return { ...label, numbered: true };
  }
  return direct === undefined ? undefined : { ...direct, numbered };
}

/** Identifiers that a word before them names; a number word makes every label sure, without one the value has to be long enough to be no ordinary figure. */
export function findLabelled(text: string, tokens: readonly Token[]): PhiSpan[] {
  const spans: PhiSpan[] = [];
  let at = 0;
  value.lastIndex = 0;
  for (let match = value.exec(text); match !== null; match = value.exec(text)) {
    const [found, start] = [match[0], match.index];
    while (at < tokens.length && (tokens[at]?.end ?? 0) <= start) at += 1;
    const label = labelOf(tokens, at);
    if (!label || (!label.sure && !label.numbered)) continue;
    const digits = found.replace(/\D/g, '').length;
    const enough = label.numbered ? found.length >= 3 && digits >= 2 : found.length >= label.shortest && digits >= 3;
    const end = start + found.length;
    if (enough && !looksLikeDate.test(found) && !dose.test(text.slice(end, end + 14))) spans.push({ start, end, kind: label.kind, score: label.numbered ? 0.94 : 0.9 });
  }
  return spans;
}

const plate = /(?<![A-Za-z])(?:(?:[Ll]icen[cs]e|[Nn]umber|[Rr]egistration|[Vv]ehicle|[Cc]ar|[Rr]ear|[Ff]ront)[ ][Pp]lates?|[Pp]lates?|PLATES?|[Tt]ag|TAG|[Rr]egistration|[Rr]eg)\.?(?:[ ]?(?:no\.?|number|#|num))?[ \t]{0,3}(?:[:#]|is\b|was\b|reads?\b)?[ \t:#"'“(]{0,4}(?:[A-Z]{2} (?=[A-Z0-9]{2,4}[ -]?[A-Z0-9]{2,5}\b))?(?<value>(?=[A-Z -]{0,8}\d)[A-Z0-9]{1,4}(?:[ -][A-Z0-9]{1,5}){0,2}|(?=[A-Z]{0,7}\d)[A-Z0-9]{5,8})(?!\w)/gd;

/** Number plates: their form says little, the word before them all. */
export const findPlates: Finder = (text) => {
  const spans: PhiSpan[] = [];
  plate.lastIndex = 0;
  for (let match = plate.exec(text); match !== null; match = plate.exec(text)) {
    const [start = 0, end = 0] = match.indices?.groups?.['value'] ?? [];
    const found = match.groups?.['value'] ?? '';
    if (found.length >= 4 && !/^(?:19|20)\d{2}$/.test(found) && !dose.test(text.slice(end, end + 14))) spans.push({ start, end, kind: 'vehicle', score: 0.93 });
  }
  return spans;
};

import { phiKinds, type PhiKind } from '../kinds.js';

/** What stands in a masked text: a word of capitals that a model reads as a hole of that sort. */
export const placeholderWords: Readonly<Record<PhiKind, string>> = {
  name: 'NAME', place: 'PLACE', date: 'DATE', age: 'AGE', phone: 'PHONE', fax: 'FAX', email: 'EMAIL', ssn: 'SSN', record: 'MRN', plan: 'PLAN', account: 'ACCOUNT', licence: 'LICENCE', vehicle: 'VEHICLE', device: 'DEVICE',
  url: 'URL', ip: 'IP', biometric: 'BIOMETRIC', photo: 'PHOTO', code: 'CODE', facility: 'FACILITY',
};

const words = phiKinds.map((kind) => placeholderWords[kind]).join('|');
const hyphens = '[-‐‑‒–—_: ]';

/**
 * A placeholder as models give it back: `[NAME-1]`, also `[Name 1]`, `[NAME_1]`, `［NAME‑1］`, `NAME-1`.
 * Without brackets it needs its hyphen, lest «date 1» in a sentence be taken for one.
 */
export const placeholderPattern = (): RegExp => new RegExp(`[[［]\\s?(?<bracketed>${words})\\s?${hyphens}\\s?(?<first>\\d{1,6})\\s?[\\]］]|(?<![\\p{L}\\d_[［-])(?<bare>${words})[-‐‑](?<second>\\d{1,6})(?![\\d\\p{L}])`, 'giu');

/** The longest text that could still become a placeholder with the next piece of a stream. */
export const longestPlaceholder = 32;

const anyStart = [...new Set(Object.values(placeholderWords).flatMap((word) => Array.from({ length: word.length }, (_, length) => word.slice(0, length + 1))))].join('|');
/** Whether a placeholder may have begun and not ended at the end of a text; where, as an index, or -1. */
const unfinished = new RegExp(`[[［]\\s?(?:(?:${anyStart})?|(?:${words})\\s?${hyphens}?\\s?\\d{0,6}\\s?)$|(?<![\\p{L}\\d_[［-])(?:(?:${anyStart})|(?:${words})[-‐‑]\\d{0,6})$`, 'iu');
export function unfinishedFrom(text: string): number {
  const tail = Math.max(0, text.length - longestPlaceholder);
  // one character more, so that the letter before a bare word is seen
  const match = unfinished.exec(text.slice(Math.max(0, tail - 1)));
  return match === null ? -1 : Math.max(0, tail - 1) + match.index;
}

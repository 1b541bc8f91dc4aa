import { isCommonPassword } from './common-passwords.js';
import { passwordText } from './password-text.js';
import { sequenceLength } from './sequences.js';

/** NIST SP 800-63B-4 for a password that stands alone, in code points. */
export const shortestPassword = 15;
export const longestPasswordBytes = 1_024;

/** So many characters must be left when everything that can be foreseen is taken away. */
const fewestUnforeseen = 8;
const fewestDistinct = 5;
const shortestContextWord = 4;

export type PasswordProblem = 'too_short' | 'too_long' | 'common' | 'personal' | 'repetitive' | 'sequence';

export const passwordAdvice: Record<PasswordProblem, string> = {
  too_short: `Use at least ${shortestPassword} characters; a few unrelated words are easy to remember.`,
  too_long: 'This password is too long.',
  common: 'This password is one of the first that attackers try.',
  personal: 'This password is mostly your name, your e-mail address or the name of this product.',
  repetitive: 'This password repeats itself.',
  sequence: 'This password is mostly a row of neighbouring letters, digits or keys.',
};

export interface PasswordContext {
  readonly email: string;
  readonly displayName: string;
}

/** Why a password is not acceptable; null when it is. No rule asks for kinds of characters. */
export function findPasswordProblem(password: string, context: PasswordContext): PasswordProblem | null {
  const text = passwordText(password);
  const length = [...text].length;
  if (Buffer.byteLength(text) > longestPasswordBytes) return 'too_long';
  if (length < shortestPassword) return 'too_short';
  const folded = text.toLowerCase();
  const unit = repeatedUnit(folded);
  if (unit.length < shortestPassword && unit.length < folded.length) return isCommonPassword(unit) ? 'common' : 'repetitive';
  if (new Set(folded).size < fewestDistinct) return 'repetitive';
  if (isCommonCore(folded)) return 'common';
  if (length - sequenceLength(folded) < fewestUnforeseen) return 'sequence';
  if (isPersonal(folded, context)) return 'personal';
  return null;
}

/** The shortest beginning whose repetition gives the whole text. */
function repeatedUnit(text: string): string {
  for (let size = 1; size <= text.length / 2; size += 1) {
    const unit = text.slice(0, size);
    if (unit.repeat(Math.ceil(text.length / size)).startsWith(text)) return unit;
  }
  return text;
}

/** A common password alone or dressed up with digits and signs. */
function isCommonCore(text: string): boolean {
  if (isCommonPassword(text)) return true;
  const words = new Set((text.match(/\p{L}+/gu) ?? []).map(repeatedUnit));
  const [word] = words;
  return words.size === 1 && word !== undefined && isCommonPassword(word);
}

function isPersonal(text: string, { email, displayName }: PasswordContext): boolean {
  const words = ['voiceassist', ...`${email} ${displayName}`.normalize('NFKC').toLowerCase().split(/[^\p{L}\p{N}]+/u)]
    .filter((word) => [...word].length >= shortestContextWord)
    .sort((left, right) => right.length - left.length);
  const rest = words.reduce((left, word) => left.replaceAll(word, ''), text);
  return rest !== text && [...rest].length < fewestUnforeseen;
}

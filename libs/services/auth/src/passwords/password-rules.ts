import type { PasswordProblem } from '@voiceassist/contracts';
import { isCommonPassword } from './common-passwords.js';
import { passwordText } from './password-text.js';
import { sequenceLength } from './sequences.js';

export type { PasswordProblem };

/** What is demanded depends on whether a second factor always stands beside the password. */
export interface PasswordRule {
  readonly factorEnforced: boolean;
}

/** The rule for a password that stands alone. */
export const alone: PasswordRule = { factorEnforced: false };

/** Fewest characters, in code points, after NIST SP 800-63B-4. */
export const shortestPassword = ({ factorEnforced }: PasswordRule = alone): number => (factorEnforced ? 8 : 15);
/** In code points, as it is hashed. */
export const lengthOf = (password: string): number => [...passwordText(password)].length;
export const longestPasswordBytes = 1_024;

/** So many characters must be left when everything that can be foreseen is taken away. */
const fewestUnforeseen = ({ factorEnforced }: PasswordRule): number => (factorEnforced ? 4 : 8);
const fewestDistinct = 5;
const shortestContextWord = 4;

const advice: Record<Exclude<PasswordProblem, 'too_short'>, string> = {
  too_long: 'This password is too long.',
  common: 'This password is one of the first that attackers try.',
  breached: 'This password is known from a leak elsewhere, so attackers try it.',
  personal: 'This password is mostly your name, your e-mail address or the name of this product or of your organisation.',
  repetitive: 'This password repeats itself.',
  sequence: 'This password is mostly a row of neighbouring letters, digits or keys.',
};

/** What somebody can do about the problem. */
export function adviceFor(problem: PasswordProblem, rule: PasswordRule): string {
  if (problem !== 'too_short') return advice[problem];
  return `Use at least ${shortestPassword(rule)} characters; a few unrelated words are easy to remember.`;
}

export interface PasswordContext {
  readonly email: string;
  readonly displayName: string;
  readonly organisation?: string;
}

/** Why a password is not acceptable; null when it is. No rule asks for kinds of characters. */
export function findPasswordProblem(password: string, context: PasswordContext, rule: PasswordRule = alone): PasswordProblem | null {
  const text = passwordText(password);
  const length = lengthOf(password);
  if (Buffer.byteLength(text) > longestPasswordBytes) return 'too_long';
  if (length < shortestPassword(rule)) return 'too_short';
  const folded = text.toLowerCase();
  const unit = repeatedUnit(folded);
  if (unit.length < shortestPassword(rule) && unit.length < folded.length) return isCommonPassword(unit) ? 'common' : 'repetitive';
  if (new Set(folded).size < fewestDistinct) return 'repetitive';
  if (isCommonCore(folded)) return 'common';
  if (length - sequenceLength(folded) < fewestUnforeseen(rule)) return 'sequence';
  if (unforeseenBeside(contextWords(context), folded) < fewestUnforeseen(rule)) return 'personal';
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

/** Words that anybody who knows the person or the place would try, longest first. */
export function contextWords({ email, displayName, organisation = '' }: PasswordContext): string[] {
  return ['voiceassist', ...`${email} ${displayName} ${organisation}`.normalize('NFKC').toLowerCase().split(/[^\p{L}\p{N}]+/u)]
    .filter((word) => [...word].length >= shortestContextWord)
    .sort((left, right) => right.length - left.length);
}

/** How many characters are left without the words; endless where none of them stands in the text. */
function unforeseenBeside(words: readonly string[], text: string): number {
  const rest = words.reduce((left, word) => left.replaceAll(word, ''), text);
  return rest === text ? Number.POSITIVE_INFINITY : [...rest].length;
}

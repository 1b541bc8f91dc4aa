import type { ZxcvbnFactory } from '@zxcvbn-ts/core';

/**
 * So much of a password is looked at, and so many ways to read its digits as letters are tried: without these limits a
 * made-up text keeps the process busy for more than a second.
 */
const longestLookedAt = 24;
const mostSubstitutions = 5;

export interface PasswordStrength {
  /** 0 (guessed at once) to 4 (very hard to guess). */
  readonly score: 0 | 1 | 2 | 3 | 4;
  readonly suggestions: readonly string[];
}

let estimator: Promise<ZxcvbnFactory> | undefined;

/** The dictionaries take half a second and some ten megabytes; most processes never need them. */
async function load(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory: Factory }, common, english] = await Promise.all([import('@zxcvbn-ts/core'), import('@zxcvbn-ts/language-common'), import('@zxcvbn-ts/language-en')]);
  return new Factory({
    dictionary: { ...common.dictionary, ...english.dictionary }, graphs: common.adjacencyGraphs, translations: english.translations,
    maxLength: longestLookedAt, l33tMaxSubstitutions: mostSubstitutions,
  });
}

/** How hard the beginning of a password is to guess for somebody who knows the words; advice only, nothing is refused for it. */
export async function passwordStrength(password: string, words: readonly string[]): Promise<PasswordStrength> {
  estimator ??= load();
  const { score, feedback } = (await estimator).check([...password].slice(0, longestLookedAt).join(''), [...words]);
  return { score, suggestions: [feedback.warning, ...feedback.suggestions].filter((text): text is string => text !== null && text !== '') };
}

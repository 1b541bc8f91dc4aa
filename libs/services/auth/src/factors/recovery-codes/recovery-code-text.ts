import { randomInt } from 'node:crypto';

/** Without characters that are mistaken for one another. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';
const locatorLength = 2;
const codeLength = 12;
const codeForm = new RegExp(`^[${alphabet}]{${codeLength}}$`);

export const recoveryCodeCount = 10;

const randomText = (length: number) => Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');

/** Ten codes as `abcd-efgh-jkmn`. Each begins with another pair of characters, by which its hash is found. */
export function newRecoveryCodes(): string[] {
  const locators = new Set<string>();
  while (locators.size < recoveryCodeCount) locators.add(randomText(locatorLength));
  return [...locators].map((locator) => (locator + randomText(codeLength - locatorLength)).replace(/(.{4})(?=.)/g, '$1-'));
}

/** The code as it was made, however it was typed; null when it cannot be one. */
export function recoveryCodeOf(typed: string): { readonly locator: string; readonly code: string } | null {
  const code = typed.toLowerCase().replace(/[\s-]/g, '');
  return codeForm.test(code) ? { locator: code.slice(0, locatorLength), code } : null;
}

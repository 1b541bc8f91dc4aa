import { dictionary } from '@zxcvbn-ts/language-common';

const common = new Set(dictionary['passwords-common']);

/** Whether the lower-case text is one of the 49,000 passwords that are tried first. */
export const isCommonPassword = (text: string): boolean => common.has(text);

import { AppError } from '@voiceassist/kit';

const longest = 500;

/** Why something failed, short enough for a column: the code of a declared failure, otherwise the kind of error and its message. */
export function reasonOf(error: unknown): string {
  if (error instanceof AppError) return `${error.code}: ${error.message}`.slice(0, longest);
  if (error instanceof Error) return `${error.name}: ${error.message}`.slice(0, longest).replaceAll('\u0000', '');
  return 'unknown failure';
}

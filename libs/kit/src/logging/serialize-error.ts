import { types } from 'node:util';
import { tokenLike } from './safe-keys.js';

export interface SafeError {
  readonly type: string;
  readonly code?: string;
  readonly kind?: string;
  readonly status?: number;
  readonly syscall?: string;
  readonly stack?: readonly string[];
  readonly cause?: SafeError;
}

/** Also errors of another realm, for example those that a worker or Node's own `fetch` threw into a test. */
export const isError = (value: unknown): value is Error => types.isNativeError(value) || value instanceof Error;

const word = /^[A-Za-z][\w-]{0,63}$/;
const isWord = (text: unknown): text is string => typeof text === 'string' && word.test(text) && !tokenLike.test(text);
const frame = /^ {4}at /;
const maxFrames = 12;
const maxCauses = 4;

function wordOf(error: object, key: string): string | undefined {
  const value: unknown = (error as Record<string, unknown>)[key];
  if (typeof value === 'number') return String(value);
  // PostgreSQL's codes begin with a digit
  return isWord(value) || (typeof value === 'string' && /^[0-9A-Z]{5}$/.test(value)) ? value : undefined;
}

/** Frames only: the first lines of a stack repeat the message, which may quote what a person wrote. */
function framesOf(error: Error): string[] | undefined {
  if (typeof error.stack !== 'string') return undefined;
  const withoutMessage = error.message && error.stack.includes(error.message) ? error.stack.replace(error.message, '') : error.stack;
  const frames = withoutMessage.split('\n').filter((line) => frame.test(line) && /[:(][^()]*:\d+:\d+\)?$|native|<anonymous>\)?$/.test(line));
  return frames.slice(0, maxFrames).map((line) => line.trim());
}

/**
 * An error as type, code and frames. The message of an error is not written: drivers and parsers put rows, values and
 * questions into it. Our own failures are recognised by their code.
 */
export function serializeError(error: Error, depth = 0): SafeError {
  const type = isWord(error.name) ? error.name : 'Error';
  const status: unknown = (error as { status?: unknown }).status;
  const { cause } = error;
  return {
    type,
    code: wordOf(error, 'code'),
    kind: wordOf(error, 'kind'),
    status: typeof status === 'number' ? status : undefined,
    syscall: wordOf(error, 'syscall'),
    stack: framesOf(error),
    cause: isError(cause) && depth < maxCauses ? serializeError(cause, depth + 1) : undefined,
  };
}

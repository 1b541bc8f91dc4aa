import { commonFailure, type AppError } from '@voiceassist/kit';
import { packError, type PackedError } from './packed-error.js';

/** What a server says to a caller. `alive` only shows that a long call is still being worked on. */
export type Frame =
  | { readonly kind: 'answer'; readonly value: unknown }
  | { readonly kind: 'item'; readonly value: unknown }
  | { readonly kind: 'end' }
  | { readonly kind: 'error'; readonly error?: PackedError }
  | { readonly kind: 'alive' };

/** Largest body of a message; files go through blobs and travel as keys. NATS refuses above 1 MiB with headers. */
export const maxMessageBytes = 1_000_000;

function limited(text: string, what: string): string {
  if (text.length * 3 <= maxMessageBytes) return text; // no UTF-16 unit takes more than three bytes
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxMessageBytes) return text;
  throw commonFailure('MESSAGE_TOO_LARGE', `${what} takes ${bytes} bytes; a message may have ${maxMessageBytes}.`);
}

/** Fails with MESSAGE_TOO_LARGE above the limit. */
export function encodeBody(input: unknown): string {
  return limited(JSON.stringify(input) ?? '', 'The input');
}

export function decodeBody(text: string): unknown {
  return text === '' ? undefined : JSON.parse(text);
}

/** Fails with MESSAGE_TOO_LARGE above the limit. */
export function encodeFrame(frame: Frame): string {
  return limited(JSON.stringify(frame), frame.kind === 'item' ? 'An item of the answer' : 'The answer');
}

/** Never fails: an error whose details are too large to travel goes without them. */
export function encodeFailure(error: AppError): string {
  const packed = packError(error);
  try {
    return encodeFrame({ kind: 'error', error: packed });
  } catch {
    return JSON.stringify({ kind: 'error', error: { code: packed.code, kind: packed.kind, message: packed.message.slice(0, 1000) } } satisfies Frame);
  }
}

/** Frames come from our own servers, so their form is trusted; what is not even JSON reads as a failure without a code. */
export function decodeFrame(text: string): Frame {
  try {
    return JSON.parse(text) as Frame;
  } catch {
    return { kind: 'error', error: undefined };
  }
}

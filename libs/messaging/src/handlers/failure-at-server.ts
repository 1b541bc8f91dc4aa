import type { CallableContract } from '@voiceassist/contracts';
import { AppError } from '@voiceassist/kit';
import { reasonOf } from '../bus/call-limits.js';
import { declaredKind, internalFailure } from '../carriers/packed-error.js';

/** What the caller is told, and whether it hides a bug that has to be logged. */
export interface FailureAtServer {
  readonly answer: AppError;
  readonly isBug: boolean;
}

/**
 * Decides what a caller may be told. Declared codes go as they are; a call that was ended from outside fails with the
 * reason for that, whatever the handler threw on its way out; anything else is a bug.
 */
export function failureAtServer(contract: CallableContract, signal: AbortSignal, error: unknown): FailureAtServer {
  if (error instanceof AppError) {
    const kind = declaredKind(contract, error.code);
    if (kind) return { answer: kind === error.kind ? error : withKind(error, kind), isBug: false };
  }
  if (signal.aborted) return { answer: reasonOf(signal), isBug: false };
  return { answer: internalFailure(error), isBug: true };
}

function withKind({ code, message, details, field }: AppError, kind: AppError['kind']): AppError {
  return new AppError(code, kind, message, { details, field });
}

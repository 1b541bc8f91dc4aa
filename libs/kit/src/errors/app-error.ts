import { commonErrors, type CallableContract, type CommonErrorCode, type ErrorCodeOf, type ErrorKind } from '@voiceassist/contracts';

export interface FailureDetails {
  readonly details?: unknown;
  /** Name of the input field at fault. */
  readonly field?: string;
  readonly cause?: unknown;
}

/** A declared failure: it may be shown to the caller as it is. Anything else that is thrown is a bug. */
export class AppError extends Error {
  readonly details?: unknown;
  readonly field?: string;

  constructor(
    readonly code: string,
    readonly kind: ErrorKind,
    message: string,
    more: FailureDetails = {},
  ) {
    super(message, { cause: more.cause });
    this.name = 'AppError';
    this.details = more.details;
    this.field = more.field;
  }
}

/** A failure that every operation may answer with. */
export function commonFailure(code: CommonErrorCode, message: string, more?: FailureDetails): AppError {
  return new AppError(code, commonErrors[code], message, more);
}

/** A failure that the contract declares; an undeclared code does not compile. */
export function failure<C extends CallableContract>(contract: C, code: ErrorCodeOf<C>, message: string): AppError;
export function failure<C extends CallableContract>(contract: C, code: ErrorCodeOf<C>, message: string, more: FailureDetails): AppError;
// eslint-disable-next-line no-restricted-syntax -- contract, code and text are one sentence: throw failure(kb.x, 'CODE', '…')
export function failure(contract: CallableContract, code: string, message: string, more?: FailureDetails): AppError {
  const kind: ErrorKind = contract.errors?.[code] ?? commonErrors[code as CommonErrorCode];
  return new AppError(code, kind, message, more);
}

import type { CallableContract } from '@voiceassist/contracts';
import { AppError, commonFailure, type Call } from '@voiceassist/kit';
import type { Message } from '../carriers/carrier.js';
import { encodeBody } from '../carriers/frames.js';
import { packHeaders } from '../carriers/headers.js';
import { declaredKind, internalFailure, unpackError } from '../carriers/packed-error.js';
import { checkedInput } from './checked.js';
import { withTrace, type Observation } from './bus-telemetry.js';
import { reasonOf, timedOut, timeLeftMs } from './call-limits.js';

export interface Question<C extends CallableContract = CallableContract> {
  readonly contract: C;
  readonly input: unknown;
  readonly call: Call;
}

/** Checks the input and packs it; fails before anything is sent when it is wrong, too large, too late or already cancelled. */
export function messageOf({ contract, input, call }: Question, observation: Observation, windowItems?: number): Message & { readonly timeoutMs: number } {
  checkedInput(contract.input, input);
  const timeoutMs = timeLeftMs(contract, call);
  if (call.signal.aborted) throw reasonOf(call.signal);
  if (timeoutMs <= 0) throw timedOut(contract.subject);
  const headers = withTrace(packHeaders(call, { timeoutMs, windowItems }), observation);
  return { subject: contract.subject, headers, body: encodeBody(input), timeoutMs };
}

const answered = new WeakSet<AppError>();

/** A failure from the other side; a code that this contract does not know (a newer service) is INTERNAL. */
export function receivedFailure(contract: CallableContract, packed: unknown): AppError {
  const told = unpackError(packed);
  const failure = declaredKind(contract, told.code) ? told : internalFailure(told);
  answered.add(failure);
  return failure;
}

/** Whether the failure was told by the service that was asked, which then has recorded the call itself. */
export function wasAnswered(error: unknown): boolean {
  return error instanceof AppError && answered.has(error);
}

export function unexpectedFrame(subject: string): AppError {
  return commonFailure('UNAVAILABLE', `${subject} answered in an unknown form.`);
}

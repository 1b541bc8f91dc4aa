import type { CallableContract } from '@voiceassist/contracts';
import { AppError, commonFailure, neverAborted, type Call } from '@voiceassist/kit';

const defaultTimeoutMs = 10_000;
export const longestTimerMs = 2_147_483_647;

/** Milliseconds that are left for a call: its own deadline or the contract's limit, whichever is earlier. */
export function timeLeftMs(contract: Pick<CallableContract, 'timeoutMs'>, call: Pick<Call, 'remainingMs'>): number {
  return Math.min(call.remainingMs, contract.timeoutMs ?? defaultTimeoutMs);
}

export function timedOut(subject: string): AppError {
  return commonFailure('TIMEOUT', `${subject} did not answer in time.`);
}

export function callerGone(): AppError {
  return commonFailure('CANCELLED', 'The caller has gone.');
}

/** The failure behind an aborted signal; an abort without a reason of ours means that the caller has gone. */
export function reasonOf(signal: AbortSignal): AppError {
  return signal.reason instanceof AppError ? signal.reason : callerGone();
}

export interface Limits {
  readonly subject: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** What to do when a call ends early; the server keeps the deadline by itself, of an abort it has to be told. */
export interface EarlyEnd {
  onDeadline(reason: AppError): void;
  onAbort(reason: AppError): void;
}

/** Calls back at most once, when time is up or the signal is aborted; returns a function that stops watching. */
export function watch({ subject, timeoutMs, signal }: Limits, end: EarlyEnd): () => void {
  const onAbort = () => {
    stop();
    end.onAbort(reasonOf(signal));
  };
  const onDeadline = () => {
    stop();
    end.onDeadline(timedOut(subject));
  };
  const timer = setTimeout(onDeadline, Math.min(Math.max(timeoutMs, 0), longestTimerMs));
  const stop = () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  };
  if (signal !== neverAborted) signal.addEventListener('abort', onAbort, { once: true });
  return stop;
}

import type { CallableContract } from '@voiceassist/contracts';
import { AppError, commonFailure, type Call } from '@voiceassist/kit';

const defaultTimeoutMs = 10_000;
const longestTimerMs = 2_147_483_647;

/** Milliseconds that are left for a call: its own deadline or the contract's limit, whichever is earlier. */
export function timeLeftMs(contract: Pick<CallableContract, 'timeoutMs'>, call: Pick<Call, 'remainingMs'>): number {
  return Math.min(call.remainingMs, contract.timeoutMs ?? defaultTimeoutMs);
}

export function timedOut(subject: string): AppError {
  return commonFailure('TIMEOUT', `${subject} did not answer in time.`);
}

/** The failure behind an aborted signal; an abort without a reason of ours means that the caller has gone. */
export function reasonOf(signal: AbortSignal): AppError {
  return signal.reason instanceof AppError ? signal.reason : commonFailure('CANCELLED', 'The caller has gone.');
}

/** Calls `onEnd` at most once, when time is up or a signal is aborted; returns a function that stops watching. */
export function watch(limits: { subject: string; timeoutMs: number; signal: AbortSignal }, onEnd: (reason: AppError) => void): () => void {
  const { subject, timeoutMs, signal } = limits;
  const onAbort = () => finish(reasonOf(signal));
  const timer = setTimeout(() => finish(timedOut(subject)), Math.min(Math.max(timeoutMs, 0), longestTimerMs));
  const stop = () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  };
  const finish = (reason: AppError) => {
    stop();
    onEnd(reason);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  return stop;
}

import { isObservable, lastValueFrom } from 'rxjs';

/** What Nest's pipeline answers (a value, a Promise, or an Observable when interceptors took part) as one value: the answer or the generator itself. */
export async function settledResult(result: unknown): Promise<unknown> {
  const value: unknown = await result;
  if (!isObservable(value)) return value;
  return settledResult(await lastValueFrom(value, { defaultValue: undefined }));
}

export function isAsyncGenerator(value: unknown): value is AsyncGenerator<unknown, unknown, undefined> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value && 'next' in value && 'return' in value;
}

/** Settles with the promise, or rejects with the signal's reason when that is aborted first. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

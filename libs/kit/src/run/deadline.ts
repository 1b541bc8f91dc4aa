/** Nobody answered in time. */
export class DeadlinePassed extends Error {
  readonly code = 'DEADLINE_PASSED';

  constructor(what: string, timeoutMs: number) {
    super(`${what} did not finish within ${timeoutMs} ms`);
    this.name = 'DeadlinePassed';
  }
}

/** Waits for the work, at most so long; the work itself is told by the signal that nobody waits any more. */
export async function withDeadline<T>(what: string, timeoutMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const gone = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const passed = new DeadlinePassed(what, timeoutMs);
      gone.abort(passed);
      reject(passed);
    }, timeoutMs);
  });
  try {
    return await Promise.race([work(gone.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}

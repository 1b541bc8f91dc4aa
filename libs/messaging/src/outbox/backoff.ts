export interface Backoff {
  readonly firstMs: number;
  readonly longestMs: number;
}

/**
 * Pause after the given failed attempt (counted from 1): doubles each time up to the longest, and varies by half so that
 * failures that began together do not stay together.
 */
export function pauseMs(attempt: number, { firstMs, longestMs }: Backoff, random = Math.random()): number {
  const full = Math.min(longestMs, firstMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(full * (0.75 + random / 2));
}

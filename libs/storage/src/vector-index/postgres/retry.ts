import { setTimeout as pause } from 'node:timers/promises';
import { QueryFailedError } from 'typeorm';

/** A version dropped meanwhile, a lock lost to somebody else, a snapshot too old: asking again helps. */
const passing = new Set(['42P01', '40P01', '40001', 'XX000']);
const attempts = 5;

function sqlState(error: unknown): string {
  const code: unknown = error instanceof QueryFailedError ? (error.driverError as { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : '';
}

/** Runs a whole transaction again when it failed only because others changed the index at the same time. */
export async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= attempts || !passing.has(sqlState(error))) throw error;
      await pause(Math.random() * 20 * attempt);
    }
  }
}

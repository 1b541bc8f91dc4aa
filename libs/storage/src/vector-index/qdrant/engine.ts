import { setTimeout as pause } from 'node:timers/promises';
import type { QdrantClient } from '@qdrant/js-client-rest';
import { VectorIndexError } from '../vector-index.js';

export interface RetryPace {
  readonly attempts: number;
  readonly firstPauseMs: number;
}

const ordinaryPace: RetryPace = { attempts: 4, firstPauseMs: 100 };

/** HTTP status of a refusal; undefined when no answer came at all. */
function statusOf(error: unknown): number | undefined {
  if (error === null || typeof error !== 'object' || !('status' in error)) return undefined;
  return typeof error.status === 'number' ? error.status : undefined;
}

/** Raised inside the adapter when a collection is not there (any more): a version was dropped, or never made. */
export class CollectionGone extends Error {}

function isPassing(status: number | undefined): boolean {
  return status === undefined || status === 429 || status >= 500;
}

/**
 * Calls Qdrant and tries again, with growing and jittered pauses, what may pass: no answer, 429, 5xx. Everything asked
 * of it here may safely be asked twice.
 */
export class QdrantEngine {
  constructor(
    readonly client: QdrantClient,
    private readonly pace: RetryPace = ordinaryPace,
  ) {}

  async call<T>(work: (client: QdrantClient) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work(this.client);
      } catch (error) {
        const status = statusOf(error);
        if (status === 404) throw new CollectionGone('Qdrant has no such collection', { cause: error });
        if (attempt >= this.pace.attempts || !isPassing(status)) {
          throw new VectorIndexError('INDEX_UNAVAILABLE', `Qdrant ${status === undefined ? 'did not answer' : `answered ${status}`}.`, { cause: error });
        }
        await pause(this.pace.firstPauseMs * 2 ** (attempt - 1) * (0.5 + Math.random()));
      }
    }
  }
}

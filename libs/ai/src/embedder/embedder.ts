import type { Call } from '@voiceassist/kit';

/**
 * Turns texts into vectors of unit length whose cosine tells how near their meanings are.
 *
 * One vector for each text, in their order, also for blank ones. Vectors of different `id`s must never be compared.
 * An aborted call rejects with the signal's reason. Other failures are EMBEDDER_UNAVAILABLE or EMBEDDER_TIMEOUT,
 * or PHI_BLOCKED where a policy keeps a text from the provider; then none of the texts was sent.
 */
export abstract class Embedder {
  /** Names model and version; stored beside every vector. */
  abstract readonly id: string;
  /** Length of a vector; 0 when there is no encoder. */
  abstract readonly dimension: number;
  /** False when search must do without vectors; then `embed` fails. */
  abstract readonly enabled: boolean;
  abstract embed(texts: readonly string[], signal: AbortSignal, call?: Call): Promise<number[][]>;
  /** Resolves when it could encode now. */
  abstract check(signal: AbortSignal): Promise<void>;
  /** Loads whatever the first text would have to wait for, without waiting for it; an endpoint has nothing to load. */
  prepare(): void {
    return;
  }

  abstract close(): Promise<void>;
}

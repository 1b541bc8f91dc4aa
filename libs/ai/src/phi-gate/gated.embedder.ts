import type { Call } from '@voiceassist/kit';
import { maskPhi, type PhiCounts } from '@voiceassist/phi';
import { Embedder } from '../embedder/embedder.js';
import type { PhiGate } from './phi-gate.js';

function sumOf(all: readonly PhiCounts[]): PhiCounts {
  const sum: Record<string, number> = {};
  for (const counts of all) for (const [kind, count] of Object.entries(counts)) sum[kind] = (sum[kind] ?? 0) + count;
  return sum;
}

/** An encoder that sees only what the policy for its provider lets through. */
export class GatedEmbedder extends Embedder {
  constructor(
    private readonly embedder: Embedder,
    private readonly gate: PhiGate,
  ) {
    super();
  }

  get id(): string {
    return this.embedder.id;
  }
  get dimension(): number {
    return this.embedder.dimension;
  }
  get enabled(): boolean {
    return this.embedder.enabled;
  }

  /** Each text is numbered by itself, so that its vector does not depend on the company it was encoded in. */
  async embed(texts: readonly string[], signal: AbortSignal, call?: Call): Promise<number[][]> {
    signal.throwIfAborted();
    if (texts.length === 0) return [];
    if (this.gate.rule.policy === 'mask') {
      const masked = texts.map((text) => maskPhi(text));
      await this.gate.masked(sumOf(masked.map(({ counts }) => counts)), call);
      return this.embedder.embed(masked.map(({ text }) => text), signal, call);
    }
    await this.gate.admit(texts, call);
    return this.embedder.embed(texts, signal, call);
  }

  check(signal: AbortSignal): Promise<void> {
    return this.embedder.check(signal);
  }

  override prepare(): void {
    this.embedder.prepare();
  }

  close(): Promise<void> {
    return this.embedder.close();
  }
}

import { kb } from '@voiceassist/contracts';
import { failure } from '@voiceassist/kit';
import type { IndexModel, PassageIndex } from '@voiceassist/storage';

/** How long an index that fitted is trusted to fit still; one that did not is looked at each time. */
const trustedMs = 10_000;

const named = ({ embedderId, dimension }: IndexModel) => (embedderId === null ? 'no encoder' : `${embedderId} (${dimension} numbers)`);

/** The index of passages, and whether what it holds fits the encoder of this process. */
export class KnowledgeIndex {
  private fittedAt = 0;
  private encoderTrouble: Error | null = null;

  constructor(
    readonly passages: PassageIndex,
    /** The encoder of this process. */
    readonly model: IndexModel,
  ) {}

  /** Null when the searched version fits; else a sentence that says what to do. Without an encoder words alone are searched, in any index. */
  async mismatch(): Promise<string | null> {
    if (this.model.embedderId === null || Date.now() - this.fittedAt < trustedMs) return null;
    const active = (await this.passages.versions()).find((version) => version.active);
    if (active && active.embedderId === this.model.embedderId && active.dimension === this.model.dimension) {
      this.fittedAt = Date.now();
      return null;
    }
    return `The index was made with ${active ? named(active) : 'nothing'}, this process encodes with ${named(this.model)}. Run: npm run data -- reindex`;
  }

  async requireReady(): Promise<void> {
    const mismatch = await this.mismatch();
    if (mismatch !== null) throw failure(kb.searchPassages, 'INDEX_NOT_READY', mismatch);
  }

  /** Makes the fit be looked at again before the next search. */
  forgetFit(): void {
    this.fittedAt = 0;
  }

  /** An empty index is moved to another encoder at once: there is nothing to encode again. */
  async adoptIfEmpty(): Promise<void> {
    if ((await this.mismatch()) === null || (await this.passages.count()) > 0) return;
    const fresh = await this.passages.beginVersion(this.model);
    await fresh.activate();
  }

  encoderAnswered(error: Error | null): void {
    this.encoderTrouble = error;
  }

  checkEncoder(): void {
    if (this.encoderTrouble) throw new Error('The encoder did not answer the last search; words alone decided.', { cause: this.encoderTrouble });
  }
}

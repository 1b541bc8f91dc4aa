import type { Embedder } from '@voiceassist/ai';
import type { PassageEntry, PassageIndex, VectorIndex } from '@voiceassist/storage';
import type { BeirSet } from './beir-set.js';
import { encodeTexts } from './encoded-texts.js';
import { average, measure, type Measures } from './measures.js';

export interface QualityRun {
  readonly set: BeirSet;
  readonly index: VectorIndex;
  /** Null measures words alone. */
  readonly embedder: Embedder | null;
  /** Weights of the encoder to try; the index's own when left out. */
  readonly denseWeights: readonly (number | undefined)[];
  readonly cacheFolder: string;
}

export interface QualityResult {
  readonly denseWeight: number | undefined;
  readonly measures: Measures;
}

const titled = (title: string, text: string): string => (title === '' ? text : `${title}. ${text}`);

async function fill(index: PassageIndex, set: BeirSet, vectors: readonly Float32Array[] | null): Promise<void> {
  const step = 200;
  for (let start = 0; start < set.documents.length; start += step) {
    const entries = set.documents.slice(start, start + step).map(({ _id, title, text }, position): PassageEntry => {
      const vector = vectors?.[start + position];
      return { passageId: _id, documentId: _id, collectionId: set.name, title, text, vector: vector ? [...vector] : null };
    });
    await index.upsert(entries);
  }
}

/** Indexes one set through the port and measures the answers to all its queries, once for each weight. */
export async function runQuality({ set, index, embedder, denseWeights, cacheFolder }: QualityRun): Promise<QualityResult[]> {
  const model = { embedderId: embedder?.id ?? null, dimension: embedder?.dimension ?? null };
  const opened = await index.openIndex({ name: `${set.name}-${embedder ? 'blend' : 'words'}`, ...model });
  const documents = embedder && (await encodeTexts(embedder, set.documents.map(({ title, text }) => titled(title, text)), cacheFolder));
  const questions = embedder && (await encodeTexts(embedder, set.queries.map(({ text }) => text), cacheFolder));
  await fill(opened, set, documents);
  const results: QualityResult[] = [];
  for (const denseWeight of embedder ? denseWeights : [undefined]) {
    const all: Measures[] = [];
    for (const [position, query] of set.queries.entries()) {
      const vector = questions?.[position];
      const hits = await opened.search({
        query: query.text,
        queryVector: vector ? [...vector] : null,
        collectionIds: [set.name],
        limit: 100,
        ...(denseWeight === undefined ? {} : { weights: { dense: denseWeight } }),
      });
      all.push(measure(hits.map(({ passageId }) => passageId), query.judgements));
    }
    results.push({ denseWeight, measures: average(all) });
  }
  return results;
}

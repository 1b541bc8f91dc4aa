import { createHash } from 'node:crypto';
import type { Schemas } from '@qdrant/js-client-rest';
import { z } from 'zod';
import { analysePassage, type AnalysedPassage } from '../../lexical/analyse.js';
import { termWeight } from '../../lexical/bm25.js';
import type { Candidate } from '../blend.js';
import type { PassageEntry } from '../vector-index.js';
import { denseVector, sparseVector } from './versions.js';

export type Point = Schemas['PointStruct'];
export type SparseVector = Schemas['SparseVector'];

/** A point's id: Qdrant takes UUIDs only, and the same passage must always be the same point. */
export function pointIdOf(passageId: string): string {
  const hex = createHash('sha256').update(passageId).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** A term's place in the sparse vector. Of 100,000 terms about one pair shares a place; their scores add up then. */
function placeOf(term: string): number {
  return createHash('sha256').update(term).digest().readUInt32LE(0);
}

/** Weights by term as Qdrant takes them: places ascending and unique. */
export function sparseOf(weights: Iterable<readonly [term: string, weight: number]>): SparseVector {
  const byPlace = new Map<number, number>();
  for (const [term, weight] of weights) {
    const place = placeOf(term);
    byPlace.set(place, (byPlace.get(place) ?? 0) + weight);
  }
  const sorted = [...byPlace].sort(([one], [other]) => one - other);
  return { indices: sorted.map(([place]) => place), values: sorted.map(([, weight]) => weight) };
}

export interface AnalysedEntry extends AnalysedPassage {
  readonly entry: PassageEntry;
}

export function analyseEntry(entry: PassageEntry): AnalysedEntry {
  return { entry, ...analysePassage(entry.title, entry.text) };
}

/** The average of what has terms at all; null when nothing has. */
export function averageOf(lengths: readonly number[]): number | null {
  const counted = lengths.filter((length) => length > 0);
  return counted.length === 0 ? null : counted.reduce((sum, length) => sum + length, 0) / counted.length;
}

/** A passage as a point: finished BM25 weights, to which Qdrant adds rarity when it is asked. */
export function pointOf({ entry, frequencies, length }: AnalysedEntry, averageLength: number): Point {
  const weights = [...frequencies].map(([term, frequency]) => [term, termWeight({ frequency, length, averageLength })] as const);
  return {
    id: pointIdOf(entry.passageId),
    vector: {
      ...(weights.length === 0 ? {} : { [sparseVector]: sparseOf(weights) }),
      ...(entry.vector === null ? {} : { [denseVector]: [...entry.vector] }),
    },
    payload: { passageId: entry.passageId, documentId: entry.documentId, collectionId: entry.collectionId, length },
  };
}

const Payload = z.object({ passageId: z.string(), documentId: z.string(), collectionId: z.string() });

export function candidateOf(payload: unknown): Candidate {
  return Payload.parse(payload);
}

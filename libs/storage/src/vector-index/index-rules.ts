import { z } from 'zod';
import { VectorIndexError, type IndexDefinition, type IndexModel, type PassageEntry, type PassageQuery } from './vector-index.js';

const Model = z
  .object({ embedderId: z.string().min(1).max(200).nullable(), dimension: z.int().min(1).max(2000).nullable() })
  .refine(({ embedderId, dimension }) => (embedderId === null) === (dimension === null), 'an embedder needs a dimension and a dimension an embedder');
const Name = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/u, 'a name has lower-case letters, digits and hyphens, at most 40');
const Limit = z.int().min(1).max(1000);

function parsed<T>(schema: z.ZodType<T>, value: unknown): void {
  const result = schema.safeParse(value);
  if (!result.success) throw new VectorIndexError('INVALID_ARGUMENT', result.error.issues.map(({ message }) => message).join('; '));
}

export function requireModel(model: IndexModel): void {
  parsed(Model, model);
}

export function requireDefinition(definition: IndexDefinition): void {
  parsed(Name, definition.name);
  requireModel(definition);
}

/** A vector that a version of this model can hold: the right length, finite numbers, and not all zero (no direction). */
export function requireVector(vector: readonly number[], model: IndexModel): void {
  if (vector.length !== model.dimension) {
    throw new VectorIndexError('DIMENSION_MISMATCH', `The index holds vectors of ${model.dimension ?? 'no'} numbers, this one has ${vector.length}.`);
  }
  if (!vector.every(Number.isFinite)) throw new VectorIndexError('INVALID_ARGUMENT', 'A vector has a number that is not finite.');
  if (vector.every((value) => Math.fround(value) === 0)) throw new VectorIndexError('INVALID_ARGUMENT', 'A vector of zeros has no direction.');
}

/** Refuses entries whose vectors were made by another embedder, or have another length, than the version's. */
export function requireEntries(entries: readonly PassageEntry[], handle: IndexModel, version: IndexModel): void {
  const vectors = entries.flatMap(({ vector }) => (vector ? [vector] : []));
  for (const vector of vectors) requireVector(vector, handle);
  if (vectors.length > 0 && handle.embedderId !== version.embedderId) {
    throw new VectorIndexError('EMBEDDER_MISMATCH', `The index holds vectors of ${version.embedderId ?? 'no embedder'}, not of ${handle.embedderId ?? 'none'}.`);
  }
  for (const vector of vectors) requireVector(vector, version);
}

/** The last of several entries with one id wins, as if they had come one after the other. */
export function lastOfEach(entries: readonly PassageEntry[]): PassageEntry[] {
  return [...new Map(entries.map((entry) => [entry.passageId, entry])).values()];
}

/** Checks a query against the model of the handle that was used to ask. */
export function requireQuery({ limit, queryVector }: PassageQuery, handle: IndexModel): void {
  parsed(Limit, limit);
  if (queryVector) requireVector(queryVector, handle);
}

/** The query's vector if the version that answers can compare it, else null. */
export function comparableVector(query: PassageQuery, handle: IndexModel, version: IndexModel): readonly number[] | null {
  const comparable = query.queryVector !== null && version.embedderId !== null && handle.embedderId === version.embedderId;
  if (!comparable || (query.weights ?? defaultWeights).dense <= 0) return null;
  requireVector(query.queryVector, version);
  return query.queryVector;
}

/** Calibrated on development sets for the encoder that ships; see docs/benchmarks-retrieval.md. */
export const defaultWeights = { dense: 0.2 } as const;

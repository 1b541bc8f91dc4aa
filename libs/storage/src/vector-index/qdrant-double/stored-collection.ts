import type { Schemas } from '@qdrant/js-client-rest';

type Sparse = Schemas['SparseVector'];
export interface StoredPoint {
  readonly id: string;
  readonly vectors: Readonly<Record<string, number[] | Sparse>>;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** The request was understood and is wrong all the same: what Qdrant answers with 400. */
export class Refused extends Error {}

const isSparse = (vector: unknown): vector is Sparse => vector !== null && typeof vector === 'object' && 'indices' in vector;

function cosine(one: readonly number[], other: readonly number[]): number {
  const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, position) => sum + value * (b[position] ?? 0), 0);
  return dot(one, other) / Math.sqrt(dot(one, one) * dot(other, other));
}

function matches(point: StoredPoint, condition: Schemas['Condition']): boolean {
  if ('has_id' in condition) return condition.has_id.map(String).includes(point.id);
  if (!('key' in condition) || !condition.match) throw new Refused('the double knows has_id and match only');
  const value = point.payload[condition.key];
  const { match } = condition;
  if ('value' in match) return value === match.value;
  if ('any' in match) return (match.any as unknown[]).includes(value);
  throw new Refused('the double knows match value and match any only');
}

export function passes(point: StoredPoint, filter: unknown): boolean {
  if (filter === undefined || filter === null) return true;
  const { must, ...other } = filter as Schemas['Filter']; // checked against the declaration before
  if (Object.keys(other).length > 0) throw new Refused('the double knows must only');
  const conditions = Array.isArray(must) ? must : must ? [must as Schemas['Condition']] : [];
  return conditions.every((condition) => matches(point, condition));
}

/** Exact search over points in memory, with the scores Qdrant documents: cosine, and the dot product with idf. */
export class StoredCollection {
  readonly points = new Map<string, StoredPoint>();
  readonly payloadSchema: Record<string, { data_type: string; points: number }> = {};
  metadata: Record<string, unknown>;

  constructor(readonly config: Schemas['CreateCollection']) {
    this.metadata = { ...(config.metadata as Record<string, unknown> | undefined) };
  }

  private denseSize(name: string): number | undefined {
    const params = (this.config.vectors as Record<string, { size: number }> | undefined)?.[name];
    return params?.size;
  }

  upsert(point: Schemas['PointStruct']): void {
    const vectors = point.vector as Record<string, number[] | Sparse>;
    for (const [name, vector] of Object.entries(vectors)) this.requireVector(name, vector);
    const id = String(point.id);
    if (!/^(?:\d+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/u.test(id)) throw new Refused(`${id} is not a valid point ID`);
    this.points.set(id, { id, vectors, payload: { ...(point.payload as Record<string, unknown> | undefined) } });
  }

  private requireVector(name: string, vector: number[] | Sparse): void {
    if (isSparse(vector)) {
      if (!this.config.sparse_vectors?.[name]) throw new Refused(`Not existing vector name error: ${name}`);
      if (vector.indices.length !== vector.values.length) throw new Refused('must be the same length as indices');
      if (new Set(vector.indices).size !== vector.indices.length) throw new Refused('must be unique');
      if (!vector.indices.every((index) => Number.isInteger(index) && index >= 0 && index < 2 ** 32)) throw new Refused('indices are u32');
      return;
    }
    const size = this.denseSize(name);
    if (size === undefined) throw new Refused(`Not existing vector name error: ${name}`);
    if (vector.length !== size) throw new Refused(`Vector dimension error: expected dim: ${size}, got ${vector.length}`);
  }

  private rarities(name: string, query: Sparse): Map<number, number> {
    const holding = [...this.points.values()].flatMap(({ vectors }) => (isSparse(vectors[name]) ? [new Set(vectors[name].indices)] : []));
    const rarity = (index: number): number => {
      const n = holding.filter((indices) => indices.has(index)).length;
      return Math.log(1 + (holding.length - n + 0.5) / (n + 0.5));
    };
    const useRarity = this.config.sparse_vectors?.[name]?.modifier === 'idf';
    return new Map(query.indices.map((index) => [index, useRarity ? rarity(index) : 1]));
  }

  private scorer(name: string, query: number[] | Sparse): (vector: number[] | Sparse) => number | null {
    this.requireVector(name, query);
    if (!isSparse(query)) return (vector) => (isSparse(vector) ? null : cosine(query, vector));
    const rarities = this.rarities(name, query);
    const weights = new Map(query.indices.map((index, position) => [index, (query.values[position] ?? 0) * (rarities.get(index) ?? 0)]));
    return (vector) => {
      if (!isSparse(vector) || !vector.indices.some((index) => weights.has(index))) return null;
      return vector.indices.reduce((sum, index, position) => sum + (weights.get(index) ?? 0) * (vector.values[position] ?? 0), 0);
    };
  }

  query({ query, using, filter, limit, with_payload, ...other }: Schemas['QueryRequest']): { id: string; version: number; score: number; payload: Record<string, unknown> }[] {
    if (Object.values(other).some((value) => value !== undefined && value !== null)) throw new Refused(`the double does not know ${Object.keys(other).join(', ')}`);
    const vector = query as number[] | Sparse;
    if (!using || !(Array.isArray(vector) || isSparse(vector))) throw new Refused('the double searches named vectors only');
    const score = this.scorer(using, vector);
    const found = [...this.points.values()].flatMap((point) => {
      const stored = point.vectors[using];
      const scored = stored && passes(point, filter) ? score(stored) : null;
      return scored === null ? [] : [{ id: point.id, version: 0, score: scored, payload: chosen(point.payload, with_payload) }];
    });
    return found.sort((one, other) => other.score - one.score).slice(0, limit ?? 10);
  }
}

export function chosen(payload: Readonly<Record<string, unknown>>, wanted: unknown): Record<string, unknown> {
  if (wanted === true) return { ...payload };
  return Array.isArray(wanted) ? Object.fromEntries(Object.entries(payload).filter(([name]) => wanted.includes(name))) : {};
}

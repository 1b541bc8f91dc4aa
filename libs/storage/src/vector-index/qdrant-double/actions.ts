import type { Schemas } from '@qdrant/js-client-rest';
import { chosen, passes, Refused, StoredCollection } from './stored-collection.js';

/** What the double answers 404 to. */
export class Missing extends Error {}

export interface Asked {
  readonly parameters: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** The state of one pretended server: collections and the aliases on them. */
export class Store {
  readonly collections = new Map<string, StoredCollection>();
  readonly aliases = new Map<string, string>();

  /** By its own name or by an alias. */
  collection({ parameters }: Asked): StoredCollection {
    const name = parameters['collection_name'] ?? '';
    const found = this.collections.get(this.aliases.get(name) ?? name);
    if (!found) throw new Missing(`Not found: Collection \`${name}\` doesn't exist!`);
    return found;
  }
}

type Action = (store: Store, asked: Asked) => unknown;

const acknowledged = { operation_id: 0, status: 'completed' };

/** A body of a type that was checked against the declaration before the action runs. */
const bodyAs = <T>({ body }: Asked): T => body as T;

function describeCollection(store: Store, asked: Asked): unknown {
  const { config, metadata, points, payloadSchema } = store.collection(asked);
  return {
    status: 'green',
    optimizer_status: 'ok',
    indexed_vectors_count: 0,
    points_count: points.size,
    segments_count: 1,
    config: {
      params: { vectors: config.vectors ?? {}, sparse_vectors: config.sparse_vectors ?? null },
      hnsw_config: { m: 16, ef_construct: 100, full_scan_threshold: 10_000 },
      optimizer_config: { deleted_threshold: 0.2, vacuum_min_vector_number: 1000, default_segment_number: 0, flush_interval_sec: 5 },
      metadata,
    },
    payload_schema: payloadSchema,
  };
}

function changeAliases(store: Store, asked: Asked): boolean {
  const next = new Map(store.aliases);
  for (const action of bodyAs<Schemas['ChangeAliasesOperation']>(asked).actions) {
    if ('create_alias' in action) {
      if (!store.collections.has(action.create_alias.collection_name)) throw new Missing(`Not found: Collection \`${action.create_alias.collection_name}\` doesn't exist!`);
      next.set(action.create_alias.alias_name, action.create_alias.collection_name);
    } else if ('delete_alias' in action) next.delete(action.delete_alias.alias_name);
    else throw new Refused('the double does not rename aliases');
  }
  store.aliases.clear();
  for (const [alias, collection] of next) store.aliases.set(alias, collection);
  return true;
}

function createCollection(store: Store, asked: Asked): boolean {
  const name = asked.parameters['collection_name'] ?? '';
  if (store.collections.has(name) || store.aliases.has(name)) throw new Refused(`Wrong input: Collection \`${name}\` already exists!`);
  store.collections.set(name, new StoredCollection(bodyAs(asked)));
  return true;
}

function dropCollection(store: Store, asked: Asked): boolean {
  const name = asked.parameters['collection_name'] ?? '';
  const gone = store.collections.delete(name);
  for (const [alias, target] of store.aliases) if (target === name) store.aliases.delete(alias);
  return gone;
}

function upsertPoints(store: Store, asked: Asked): unknown {
  const collection = store.collection(asked);
  const body = bodyAs<Schemas['PointInsertOperations']>(asked);
  if (!('points' in body)) throw new Refused('the double takes lists of points');
  for (const point of body.points) collection.upsert(point);
  return acknowledged;
}

function deletePoints(store: Store, asked: Asked): unknown {
  const { points } = store.collection(asked);
  const body = bodyAs<Schemas['PointsSelector']>(asked);
  if (!('filter' in body)) throw new Refused('the double deletes by filter');
  for (const point of [...points.values()]) if (passes(point, body.filter)) points.delete(point.id);
  return acknowledged;
}

function updateCollection(store: Store, asked: Asked): boolean {
  const collection = store.collection(asked);
  const { metadata, ...other } = bodyAs<Schemas['UpdateCollection']>(asked);
  if (Object.keys(other).length > 0) throw new Refused('the double updates metadata only');
  collection.metadata = { ...collection.metadata, ...(metadata as Record<string, unknown> | undefined) };
  return true;
}

function scrollPoints(store: Store, asked: Asked): unknown {
  const { limit, with_payload, filter } = bodyAs<Schemas['ScrollRequest']>(asked);
  const points = [...store.collection(asked).points.values()].filter((point) => passes(point, filter)).sort((one, other) => (one.id < other.id ? -1 : 1));
  const page = points.slice(0, limit ?? 10);
  return { points: page.map(({ id, payload }) => ({ id, payload: chosen(payload, with_payload ?? true) })), next_page_offset: points[page.length]?.id ?? null };
}

function indexField(store: Store, asked: Asked): unknown {
  const { field_name, field_schema } = bodyAs<Schemas['CreateFieldIndex']>(asked);
  if (typeof field_schema !== 'string') throw new Refused('the double takes the name of a schema');
  store.collection(asked).payloadSchema[field_name] = { data_type: field_schema, points: 0 };
  return acknowledged;
}

/** Every operation the double executes, by method and declared path. */
export const actions: Readonly<Record<string, Action>> = {
  'GET /collections': (store) => ({ collections: [...store.collections.keys()].map((name) => ({ name })) }),
  'GET /collections/{collection_name}': describeCollection,
  'PUT /collections/{collection_name}': createCollection,
  'PATCH /collections/{collection_name}': updateCollection,
  'DELETE /collections/{collection_name}': dropCollection,
  'GET /collections/{collection_name}/exists': (store, { parameters }) => ({ exists: store.collections.has(parameters['collection_name'] ?? '') || store.aliases.has(parameters['collection_name'] ?? '') }),
  'PUT /collections/{collection_name}/index': indexField,
  'GET /aliases': (store) => ({ aliases: [...store.aliases].map(([alias_name, collection_name]) => ({ alias_name, collection_name })) }),
  'POST /collections/aliases': changeAliases,
  'PUT /collections/{collection_name}/points': upsertPoints,
  'POST /collections/{collection_name}/points/delete': deletePoints,
  'POST /collections/{collection_name}/points/scroll': scrollPoints,
  'POST /collections/{collection_name}/points/count': (store, asked) => ({ count: [...store.collection(asked).points.values()].filter((point) => passes(point, bodyAs<Schemas['CountRequest']>(asked).filter)).length }),
  'POST /collections/{collection_name}/points/query/batch': (store, asked) => {
    const collection = store.collection(asked);
    return bodyAs<Schemas['QueryRequestBatch']>(asked).searches.map((search) => ({ points: collection.query(search) }));
  },
};

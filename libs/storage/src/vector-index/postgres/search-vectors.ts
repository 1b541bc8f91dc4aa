import { denseCandidates, type Candidate } from '../blend.js';
import type { SqlRunner, VersionTables } from './catalogue.js';

export interface VectorSearch {
  readonly tables: VersionTables;
  readonly vectorSchema: string;
  readonly collections: readonly number[];
  readonly vector: readonly number[];
}

export type NearRow = Candidate & { readonly passageNo: number; readonly cosine: number };

/** Up to this many passages every vector is compared: faster than the graph, and exact where the filter leaves little. */
const comparedAtMost = 1_000;

/**
 * Sets how the graph is walked, until the transaction ends, and says whether comparing every vector is the better way.
 * Sorting is switched off for the graph: the planner does not see what reading vectors outside the row costs, and would
 * rather compare and sort them all.
 */
async function prepare(sql: SqlRunner, { tables, collections }: VectorSearch): Promise<{ small: boolean }> {
  const rows = await sql.query<{ n: number }[]>(
    `select count(*)::integer as n,
       set_config('hnsw.iterative_scan', 'strict_order', true), set_config('hnsw.ef_search', '${denseCandidates + 20}', true), set_config('hnsw.max_scan_tuples', '200000', true),
       set_config('enable_sort', case when count(*) > ${comparedAtMost} then 'off' else 'on' end, true)
     from (select from ${tables.passages} where collection_no = any($1::integer[]) limit ${comparedAtMost + 1}) as counted`,
    [collections],
  );
  return { small: (rows[0]?.n ?? 0) <= comparedAtMost };
}

/** The passages nearest to a vector by cosine, nearest first. Must run inside a transaction: it sets how the graph is walked. */
export async function searchVectors(sql: SqlRunner, search: VectorSearch): Promise<NearRow[]> {
  const { tables, vectorSchema, collections, vector } = search;
  const { small } = await prepare(sql, search);
  const distance = `embedding operator(${vectorSchema}.<=>) $1::${vectorSchema}.vector`;
  return sql.query<NearRow[]>(
    `with near as (
       select passage_no, passage_id, document_id, collection_no, ${distance} as distance from ${tables.passages}
       where collection_no = any($2::integer[]) and embedding is not null
       order by ${small ? `(${distance}) + 0` : distance} limit ${denseCandidates}
     )
     select passage_no as "passageNo", passage_id as "passageId", document_id as "documentId", c.collection_id as "collectionId", (1 - distance)::float8 as cosine
     from near join ${tables.collections} c using (collection_no)`,
    [`[${vector.join(',')}]`, collections],
  );
}

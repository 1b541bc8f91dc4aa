import { mostScimResults, type ScimQuery, scimUrns } from '@voiceassist/contracts';
import { FilterSql, type Columns } from './filter/filter-sql.js';
import { readFilter } from './filter/read-filter.js';
import { scimFailure } from './scim-failure.js';

export interface ListSql {
  /** Follows WHERE. */
  readonly condition: string;
  /** Follows the condition. */
  readonly window: string;
  readonly parameters: readonly unknown[];
  readonly countParameters: readonly unknown[];
  readonly startIndex: number;
}

/** What a list query asks of the database; `tie` is the expression that makes every order one order. */
export function listSql({ filter, sortBy, sortOrder, startIndex, count }: ScimQuery, columns: Columns, tie: string): ListSql {
  const sql = new FilterSql(columns);
  const condition = filter === undefined || filter.trim() === '' ? 'true' : sql.conditionOf(readFilter(filter));
  const countParameters = [...sql.parameters];
  const order = sortBy === undefined ? undefined : sql.orderOf(sortBy.toLowerCase());
  if (sortBy !== undefined && order === undefined) throw scimFailure('SCIM_INVALID_VALUE', 'The attribute in sortBy cannot be sorted by.');
  const first = Math.max(startIndex, 1);
  const limit = sql.parameter(Math.min(Math.max(count, 0), mostScimResults));
  const offset = sql.parameter(first - 1);
  const direction = sortOrder === 'descending' ? 'DESC NULLS LAST' : 'ASC NULLS LAST';
  const window = `ORDER BY ${order === undefined ? '' : `${order} ${direction}, `}${tie} LIMIT ${limit}::int OFFSET ${offset}::int`;
  return { condition, window, parameters: sql.parameters, countParameters, startIndex: first };
}

/** A page as the protocol has it; its position counts from 1. */
export function listResponse<R>(resources: R[], totalResults: number, startIndex = 1) {
  return { schemas: [scimUrns.list], totalResults, startIndex, itemsPerPage: resources.length, Resources: resources };
}

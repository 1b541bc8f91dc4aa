import { scimFailure } from '../scim-failure.js';
import type { Comparison, Filter, FilterValue } from './read-filter.js';

/** What an attribute is in the database. `text` ignores case; `member` knows equality alone. */
export interface Column {
  readonly kind: 'text' | 'exact' | 'boolean' | 'instant' | 'member';
  /** An expression; of `member` a condition with `?` where the value goes. */
  readonly sql: string;
}

/** By path in lower case. */
export type Columns = Readonly<Record<string, Column>>;

const invalid = (message: string) => scimFailure('SCIM_INVALID_FILTER', message);

const operators: Readonly<Partial<Record<Comparison, string>>> = { eq: '=', ne: 'IS DISTINCT FROM', gt: '>', ge: '>=', lt: '<', le: '<=' };

/** Conditions in SQL. Values are parameters, whatever they hold; paths come from the table alone. */
export class FilterSql {
  constructor(
    private readonly columns: Columns,
    readonly parameters: unknown[] = [],
  ) {}

  conditionOf(filter: Filter): string {
    switch (filter.type) {
      case 'and':
      case 'or': return `(${filter.parts.map((part) => this.conditionOf(part)).join(` ${filter.type.toUpperCase()} `)})`;
      case 'not': return `(NOT coalesce(${this.conditionOf(filter.part)}, false))`;
      case 'present': return `(${this.present(this.columnOf(filter.path))})`;
      case 'compare': return this.compared(this.columnOf(filter.path), filter);
    }
  }

  /** The expression to sort by; undefined for what cannot be sorted by. */
  orderOf(path: string): string | undefined {
    const column = Object.hasOwn(this.columns, path) ? this.columns[path] : undefined;
    return column && column.kind !== 'member' ? column.sql : undefined;
  }

  parameter(value: unknown): string {
    this.parameters.push(value);
    return `$${this.parameters.length}`;
  }

  private columnOf(path: string): Column {
    const column = Object.hasOwn(this.columns, path) ? this.columns[path] : undefined;
    if (!column) throw invalid('The filter asks for an attribute that cannot be searched by.');
    return column;
  }

  private present({ kind, sql }: Column): string {
    if (kind === 'member') throw invalid('Members can be asked for by their identifier alone.');
    return `${sql} IS NOT NULL`;
  }

  private compared({ kind, sql }: Column, { comparison, value }: { comparison: Comparison; value: FilterValue }): string {
    if (kind === 'member') return sql.replace('?', this.memberOf(comparison, value));
    if (value === null) return comparison === 'eq' ? `(${sql} IS NULL)` : `(${sql} IS NOT NULL)`;
    if (kind === 'boolean') return `(${sql} ${this.equality(comparison)} ${this.parameter(booleanOf(value))})`;
    if (kind === 'instant') return `(${sql} ${this.order(comparison)} ${this.parameter(instantOf(value))}::timestamptz)`;
    const text = kind === 'text' ? String(value).normalize('NFKC').toLowerCase() : String(value);
    return this.textual(sql, comparison, this.parameter(text));
  }

  private textual(sql: string, comparison: Comparison, parameter: string): string {
    if (comparison === 'co') return `(position(${parameter}::text IN ${sql}) > 0)`;
    if (comparison === 'sw') return `starts_with(${sql}, ${parameter}::text)`;
    if (comparison === 'ew') return `(right(${sql}, length(${parameter}::text)) = ${parameter}::text)`;
    return `(${sql} ${this.order(comparison)} ${parameter}::text)`;
  }

  private memberOf(comparison: Comparison, value: FilterValue): string {
    if (comparison !== 'eq') throw invalid('Members can be asked for by their identifier alone.');
    return `${this.parameter(String(value))}::text`;
  }

  private order(comparison: Comparison): string {
    const operator = operators[comparison];
    if (!operator) throw invalid('The filter compares an attribute in a way that its type does not know.');
    return operator;
  }

  private equality(comparison: Comparison): string {
    if (comparison !== 'eq' && comparison !== 'ne') throw invalid('True and false can only be equal or not.');
    return this.order(comparison);
  }
}

function booleanOf(value: FilterValue): boolean {
  const text = String(value).toLowerCase();
  if (text !== 'true' && text !== 'false') throw invalid('This attribute is true or false.');
  return text === 'true';
}

function instantOf(value: FilterValue): string {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(at)) throw invalid('This attribute is an instant, as in 2026-01-31T12:00:00Z.');
  return new Date(at).toISOString();
}

import type { LogOperator } from './schemas.js';

/**
 * The way of a line from Docker's file to Loki, after the published rules of the collector's operators and of Loki's
 * reception of OTLP. Neither program is on this machine: what is not understood here throws, so that the configuration
 * cannot say more than was followed.
 */
export interface LogRecord {
  body: string;
  readonly attributes: Record<string, unknown>;
  readonly resource: Record<string, unknown>;
  traceId?: string;
  spanId?: string;
}

export interface StoredLine {
  readonly line: string;
  /** By which streams are found. */
  readonly labels: Readonly<Record<string, string>>;
  /** Beside the line; Grafana shows it among the labels, queries filter by it. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** As the driver json-file writes it. */
export const dockerLine = (log: string): string => JSON.stringify({ log: `${log}\n`, stream: 'stdout', time: '2026-11-29T10:00:00.123456789Z' });

function holds(condition: string, { body, attributes }: LogRecord): boolean {
  const [, name, comparison] = /^attributes\.(\w+) (==|!=) nil$/.exec(condition) ?? [];
  if (name) return (attributes[name] === undefined) === (comparison === '==');
  const [, pattern] = /^body matches "(.*)"$/.exec(condition) ?? [];
  if (pattern) return new RegExp(pattern.replaceAll('\\\\', '\\')).test(body);
  throw new Error(`nobody knows the condition ${condition}`);
}

/** The part of a record in which a field lies, and its key there. */
function placeOf(field: string, { attributes, resource }: LogRecord): [Record<string, unknown>, string] {
  const [, plain] = /^attributes\.(\w+)$/.exec(field) ?? [];
  if (plain) return [attributes, plain];
  const [, quoted] = /^resource\["([\w.]+)"\]$/.exec(field) ?? [];
  if (quoted) return [resource, quoted];
  throw new Error(`nobody knows the field ${field}`);
}

function take(field: string, record: LogRecord): unknown {
  const [place, key] = placeOf(field, record);
  if (place[key] === undefined) throw new Error(`${field} is not there`);
  return place[key];
}

function put(field: string, value: unknown, record: LogRecord): void {
  if (field === 'body') record.body = String(value);
  else {
    const [place, key] = placeOf(field, record);
    place[key] = value;
  }
}

function remove(field: string, record: LogRecord): void {
  const [place, key] = placeOf(field, record);
  Reflect.deleteProperty(place, key);
}

const hexOf = (value: unknown, bytes: number): string => {
  if (typeof value !== 'string' || !new RegExp(`^[0-9a-f]{${2 * bytes}}$`).test(value)) throw new Error(`no id of ${bytes} bytes`);
  return value;
};

const parts: { [T in LogOperator['type']]: (operator: Extract<LogOperator, { type: T }>, record: LogRecord) => void } = {
  container: (_operator, record) => {
    const { log, stream, time } = JSON.parse(record.body) as { log: string; stream: string; time: string }; // made by the driver
    record.body = log;
    Object.assign(record.attributes, { 'log.iostream': stream, time });
  },
  json_parser: ({ timestamp }, record) => {
    Object.assign(record.attributes, JSON.parse(record.body));
    take(timestamp.parse_from, record);
  },
  filter: () => undefined,
  trace_parser: (operator, record) => {
    record.traceId = hexOf(take(operator.trace_id.parse_from, record), 16);
    record.spanId = hexOf(take(operator.span_id.parse_from, record), 8);
  },
  copy: ({ from, to }, record) => put(to, take(from, record), record),
  move: ({ from, to }, record) => {
    put(to, take(from, record), record);
    remove(from, record);
  },
};

/** What the receiver makes of a line of Docker's file, or null where it drops it. */
export function collected(operators: readonly LogOperator[], fileLine: string): LogRecord | null {
  const record: LogRecord = { body: fileLine, attributes: {}, resource: {} };
  for (const operator of operators) {
    if (operator.type === 'filter' && holds(operator.expr, record)) return null;
    if ('if' in operator && operator.if !== undefined && !holds(operator.if, record)) continue;
    const act = parts[operator.type] as (each: LogOperator, of: LogRecord) => void; // the type chose it
    act(operator, record);
  }
  return record;
}

const asLabel = (name: string) => name.replaceAll(/\W/g, '_');
const asLabels = (values: Record<string, unknown>, isKept: (name: string) => boolean) =>
  Object.fromEntries(Object.entries(values).filter(([name]) => isKept(name)).map(([name, value]) => [asLabel(name), String(value)]));

/** What Loki keeps of a record after redaction; it refuses one without labels. */
export function storedByLoki({ body, attributes, resource, traceId, spanId }: LogRecord, allowedKeys: readonly string[], indexed: readonly string[]): StoredLine {
  const labels = asLabels(resource, (name) => allowedKeys.includes(name) && indexed.includes(name));
  if (Object.keys(labels).length === 0) throw new Error('at least one label pair is required per stream');
  const metadata = { ...asLabels(attributes, (name) => allowedKeys.includes(name)), ...(traceId && { trace_id: traceId }), ...(spanId && { span_id: spanId }) };
  return { line: body, labels, metadata };
}

import { readLine, type LogLine } from './line.js';

const place = ['route', 'subject', 'job', 'consumer'] as const;
const outcomes = ['outcome', 'status', 'code'] as const;

const firstOf = (fields: LogLine['fields'], names: readonly string[]): string => {
  const value = names.map((name) => fields[name]).find((each) => typeof each === 'string' || typeof each === 'number');
  return value === undefined ? '' : String(value);
};

/** The lines of one request in the order of time: those with its id, and those of its traces that lost it on the way. */
export function linesOf(requestId: string, written: Iterable<string>): LogLine[] {
  const lines = [...written].map(readLine).filter((line) => line !== null);
  const traces = new Set(lines.filter((line) => line.requestId === requestId).flatMap(({ traceId }) => traceId ?? []));
  const belongs = (line: LogLine) => line.requestId === requestId || (line.requestId === undefined && line.traceId !== undefined && traces.has(line.traceId));
  return lines.filter(belongs).sort((one, other) => (one.time < other.time ? -1 : one.time > other.time ? 1 : 0));
}

function remainder({ fields }: LogLine): string {
  const said = new Set<string>([...place, ...outcomes, 'durationMs', 'method', 'complete', 'err']);
  return Object.entries(fields).filter(([key]) => !said.has(key)).map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`).join(' ');
}

function row(line: LogLine, startedAt: number): string {
  const { fields } = line;
  const after = `+${String(Date.parse(line.time) - startedAt)} ms`;
  const method = typeof fields['method'] === 'string' ? `${fields['method']} ` : '';
  const took = typeof fields['durationMs'] === 'number' ? `${String(fields['durationMs'])} ms` : '';
  const failure = fields['err'] as { readonly type?: string; readonly code?: string } | undefined; // as the logger writes errors
  const error = failure ? `${failure.type ?? 'Error'}${failure.code ? ` ${failure.code}` : ''}` : '';
  const cells = [after.padStart(10), line.level.padEnd(5), line.service.padEnd(16), line.message.padEnd(26), `${method}${firstOf(fields, place)}`.padEnd(44), firstOf(fields, outcomes).padEnd(12), took.padStart(10), error, remainder(line)];
  return cells.join('  ').trimEnd();
}

/** What happened to one request, one row for each line of any service. */
export function story(requestId: string, written: Iterable<string>): string {
  const lines = linesOf(requestId, written);
  const [first] = lines;
  if (!first) return `no line of request ${requestId}; calls between services have lines with LOG_LEVEL=debug only\n`;
  const last = lines.at(-1) ?? first;
  const services = [...new Set(lines.map(({ service }) => service))];
  const traces = [...new Set(lines.flatMap(({ traceId }) => traceId ?? []))];
  const head = `request ${requestId}\nfrom ${first.time} for ${String(Date.parse(last.time) - Date.parse(first.time))} ms, ${String(lines.length)} lines of ${services.join(', ')}\ntrace ${traces.join(', ') || 'unknown'}\n`;
  return `${head}\n${lines.map((line) => row(line, Date.parse(first.time))).join('\n')}\n`;
}

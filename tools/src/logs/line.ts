/** A line of any service's log, as far as a story needs it. */
export interface LogLine {
  readonly time: string;
  readonly level: string;
  readonly service: string;
  readonly message: string;
  readonly requestId?: string;
  readonly traceId?: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

const shared = new Set(['time', 'level', 'process', 'service', 'msg', 'requestId', 'traceId', 'spanId']);
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Reads a line as a service writes it, also behind the name that a starter or compose puts before it; null for any other text. */
export function readLine(written: string): LogLine | null {
  const from = written.indexOf('{');
  if (from < 0) return null;
  try {
    const line = JSON.parse(written.slice(from)) as Record<string, unknown>;
    const [time, level, message] = [text(line['time']), text(line['level']), text(line['msg'])];
    if (time === undefined || level === undefined || message === undefined) return null;
    const fields = Object.fromEntries(Object.entries(line).filter(([key]) => !shared.has(key)));
    return { time, level, message, service: text(line['service']) ?? text(line['process']) ?? 'unknown', requestId: text(line['requestId']), traceId: text(line['traceId']), fields };
  } catch {
    return null;
  }
}

import type { DestinationStream } from 'pino';

const left = new Set(['level', 'time', 'process', 'service', 'msg', 'err', 'traceId', 'spanId']);

interface Line extends Record<string, unknown> {
  readonly level: string;
  readonly time: string;
  readonly process: string;
  readonly service?: string;
  readonly msg?: string;
  readonly err?: { readonly type: string; readonly code?: string; readonly stack?: readonly string[] };
}

/** One line for a person: time, level, service, message, the other fields as `name=value`, and where an error came from. */
export function textLine(json: string): string {
  const line = JSON.parse(json) as Line;
  const fields = Object.entries(line).filter(([name]) => !left.has(name)).map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const failure = line.err ? ` [${line.err.type}${line.err.code ? ` ${line.err.code}` : ''}]${(line.err.stack ?? []).slice(0, 4).map((frame) => `\n    ${frame}`).join('')}` : '';
  return `${line.time.slice(11, 23)} ${line.level.padEnd(5)} ${line.service ?? line.process}: ${line.msg ?? ''}${fields.join('')}${failure}\n`;
}

export function textLines(target: DestinationStream): DestinationStream {
  return { write: (json) => target.write(textLine(json)) };
}

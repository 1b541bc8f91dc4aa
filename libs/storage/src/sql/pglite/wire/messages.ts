/** Type bytes of the messages we look at; everything else passes through unread. */
export const type = {
  authentication: 0x52,
  dataRow: 0x44,
  errorResponse: 0x45,
  notification: 0x41,
  parameterStatus: 0x53,
  parse: 0x50,
  password: 0x70,
  query: 0x51,
  readyForQuery: 0x5a,
  sync: 0x53,
  terminate: 0x58,
} as const;

/** Transaction state that a ReadyForQuery reports: idle. */
export const idle = 0x49;

const startupCodes = { protocol3: 196_608, cancel: 80_877_102, ssl: 80_877_103, gss: 80_877_104 } as const;

function message(typeByte: number, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head[0] = typeByte;
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

const text = (value: string) => Buffer.from(`${value}\0`, 'utf8');

/** An error after which the connection ends. */
export function fatalError(code: string, words: string): Buffer {
  const field = (name: string, value: string) => Buffer.concat([Buffer.from(name), text(value)]);
  return message(type.errorResponse, Buffer.concat([field('S', 'FATAL'), field('V', 'FATAL'), field('C', code), field('M', words), Buffer.from([0])]));
}

export const authenticationOk = message(type.authentication, int32(0));
export const askForPassword = message(type.authentication, int32(3));
export const readyForQueryIdle = message(type.readyForQuery, Buffer.from([idle]));
/** We hold no key to cancel with: the engine cannot be interrupted. */
export const backendKeyData = message(0x4b, Buffer.concat([int32(0), int32(0)]));

export const simpleQuery = (sql: string) => message(type.query, text(sql));

export function startupMessage(parameters: Readonly<Record<string, string>>): Buffer {
  const pairs = Object.entries(parameters).map(([name, value]) => Buffer.concat([text(name), text(value)]));
  const body = Buffer.concat([int32(startupCodes.protocol3), ...pairs, Buffer.from([0])]);
  return Buffer.concat([int32(body.length + 4), body]);
}

export type Startup = { readonly kind: 'encryption' | 'cancel' | 'unknown' } | { readonly kind: 'start'; readonly parameters: ReadonlyMap<string, string> };

/** What the first, untyped message of a connection asks for. */
export function readStartup(frame: Buffer): Startup {
  const code = frame.length >= 8 ? frame.readInt32BE(4) : 0;
  if (code === startupCodes.ssl || code === startupCodes.gss) return { kind: 'encryption' };
  if (code === startupCodes.cancel) return { kind: 'cancel' };
  if (code !== startupCodes.protocol3) return { kind: 'unknown' };
  const parts = frame.subarray(8).toString('utf8').split('\0');
  const parameters = new Map<string, string>();
  for (let index = 0; parts[index]; index += 2) parameters.set(parts[index] ?? '', parts[index + 1] ?? '');
  return { kind: 'start', parameters };
}

/** The zero-terminated text of a password message. */
export const readPassword = (frame: Buffer) => frame.subarray(5, frame.length - 1).toString('utf8');

/** Cuts a reply of the engine into its messages. */
export function* splitMessages(reply: Buffer): Generator<Buffer> {
  for (let start = 0; start + 5 <= reply.length; ) {
    const end = start + 1 + reply.readInt32BE(start + 1);
    yield reply.subarray(start, end);
    start = end;
  }
}

/** Column values of a DataRow as text. */
export function readDataRow(row: Buffer): (string | null)[] {
  const values: (string | null)[] = [];
  let position = 7;
  for (let column = row.readInt16BE(5); column > 0; column -= 1) {
    const length = row.readInt32BE(position);
    position += 4;
    values.push(length < 0 ? null : row.toString('utf8', position, position + length));
    position += Math.max(length, 0);
  }
  return values;
}

/** The human part of an ErrorResponse. */
export function readErrorText(error: Buffer): string {
  const fields = error.subarray(5).toString('utf8').split('\0');
  return fields.find((field) => field.startsWith('M'))?.slice(1) ?? 'unknown error';
}

export function readNotificationChannel(notification: Buffer): string {
  return notification.subarray(9, notification.indexOf(0, 9)).toString('utf8');
}

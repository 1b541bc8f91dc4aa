import type { Socket } from 'node:net';
import { quoteLiteral, superuser, type EngineSession, type Identity } from './engine-session.js';
import type { FrameReader } from './frame-reader.js';
import { askForPassword, authenticationOk, backendKeyData, fatalError, readPassword, readStartup, readyForQueryIdle, type } from './messages.js';
import { fitsVerifier } from './password-check.js';
import { searchPathIn } from './search-path.js';

export interface HandshakePolicy {
  readonly session: EngineSession;
  /** Server parameters, sent to every client. */
  readonly greeting: Buffer;
  /** Password of the superuser; without it nobody is asked, because only our own account can reach the socket. */
  readonly superuserPassword?: string;
}

type Chunks = AsyncIterator<Buffer>;
type FrameKind = 'next' | 'nextUntyped';

interface Line {
  readonly socket: Socket;
  readonly reader: FrameReader;
  readonly chunks: Chunks;
}

async function receive({ reader, chunks }: Line, kind: FrameKind): Promise<Buffer | undefined> {
  for (;;) {
    const frame = reader[kind]();
    if (frame) return frame;
    const chunk = await chunks.next();
    if (chunk.done) return undefined;
    reader.push(chunk.value);
  }
}

async function receiveParameters(line: Line): Promise<ReadonlyMap<string, string> | undefined> {
  for (;;) {
    const frame = await receive(line, 'nextUntyped');
    if (!frame) return undefined;
    const startup = readStartup(frame);
    if (startup.kind === 'start') return startup.parameters;
    if (startup.kind !== 'encryption') return undefined; // cancel requests cannot be served: the engine is busy while it works
    line.socket.write('N');
  }
}

async function maySignIn(line: Line, role: string, { session, superuserPassword }: HandshakePolicy): Promise<boolean> {
  const [row] = await session.administer(`SELECT rolpassword FROM pg_authid WHERE rolcanlogin AND rolname = ${quoteLiteral(role)}`);
  if (superuserPassword === undefined) return row !== undefined;
  line.socket.write(askForPassword);
  const frame = await receive(line, 'next');
  if (!row || frame?.[0] !== type.password) return false;
  const password = readPassword(frame);
  return role === superuser ? password === superuserPassword : fitsVerifier(password, row[0] ?? '');
}

/** Signs a client in; null when it left or was refused. */
export async function signIn(line: Line, policy: HandshakePolicy): Promise<Identity | null> {
  const parameters = await receiveParameters(line);
  if (!parameters) return null;
  const role = parameters.get('user') ?? '';
  if (!(await maySignIn(line, role, policy))) {
    line.socket.write(fatalError('28P01', `authentication failed for user "${role}"`));
    return null;
  }
  const searchPath = searchPathIn(parameters.get('options') ?? '');
  line.socket.write(Buffer.concat([authenticationOk, policy.greeting, backendKeyData, readyForQueryIdle]));
  return { role, searchPath };
}

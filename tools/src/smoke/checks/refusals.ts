import { randomBytes, randomUUID } from 'node:crypto';
import { auth, closeCodes, socketPath, socketSubprotocol } from '@voiceassist/contracts';
import { expectRefusal, expectThat, type Check } from '../check.js';
import type { Door } from '../door.js';

const foreign = 'https://foreign-page.example';
/** The strictest limit is 10 a minute unless set otherwise; past this many nothing is limited. */
const mostTries = 150;

const post = (door: Door, path: string, body: unknown) => door.ask(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

/** How a socket with an invented ticket ends: the status of a refused upgrade, or the code with which it is closed. */
function endOfSocket(door: Door, origin: string): Promise<number> {
  const socket = door.socket(socketPath, [socketSubprotocol, `ticket.${randomBytes(24).toString('base64url')}`], { origin });
  return new Promise<number>((resolve, reject) => {
    socket.once('message', () => reject(new Error('it is open, and speaks')));
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.once('close', (code) => resolve(code)).once('error', reject);
  }).finally(() => socket.terminate());
}

export const refusals: readonly Check[] = [
  { name: 'unknown-route', promise: 'an unknown route is a 404 in the envelope', run: async ({ door }) => expectRefusal(await door.ask('/api/no-such-route'), 404, ['NOT_FOUND']) },
  { name: 'no-session', promise: 'without a session the interface answers 401 in the envelope', run: async ({ door }) => expectRefusal(await door.ask(auth.me.http.path), 401, ['UNAUTHENTICATED']) },
  {
    name: 'garbage-token', promise: 'a token that nobody signed is refused',
    async run({ door }) {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const unsigned = `${part({ alg: 'none' })}.${part({ sub: randomUUID(), roles: ['admin'], exp: Math.floor(Date.now() / 1000) + 600 })}.`;
      for (const token of ['garbage', unsigned]) expectRefusal(await door.ask(auth.me.http.path, { headers: { authorization: `Bearer ${token}` } }), 401, ['UNAUTHENTICATED']);
      return '2 tokens refused';
    },
  },
  {
    name: 'sign-in-refused', promise: 'nonsense does not sign in',
    async run({ door }) {
      const nobody = { email: `smoke-${randomBytes(6).toString('hex')}@nowhere.example`, password: randomBytes(18).toString('base64url') };
      return expectRefusal(await post(door, auth.login.http.path, nobody), 401, Object.keys(auth.login.errors ?? {}));
    },
  },
  {
    name: 'rate-limit', promise: 'whoever guesses is told to wait, and for how long',
    async run({ door }) {
      for (let tries = 1; tries <= mostTries; tries += 1) {
        const told = await post(door, auth.readLink.http.path, { token: randomBytes(32).toString('base64url') });
        if (told.status !== 429) continue;
        expectRefusal(told, 429, ['RATE_LIMITED']);
        const wait = told.headers.get('retry-after') ?? '';
        expectThat(/^[1-9]\d*$/.test(wait), `Retry-After says ${wait || 'nothing'}`);
        return `after ${tries} tries, for ${wait} s`;
      }
      throw new Error(`${mostTries} guesses within a moment, and none was limited`);
    },
  },
  {
    name: 'metrics-private', promise: 'the numbers of the process are not for the public',
    async run({ door }) {
      // as a proxy tells of a stranger: to its own machine, where this may run, the product answers
      const { status, text } = await door.ask('/metrics', { headers: { 'x-forwarded-for': '203.0.113.7' } });
      expectThat(!/^# (?:HELP|TYPE) /m.test(text), `/metrics answers ${status} with ${text.split('\n').length} lines`);
      return String(status);
    },
  },
  {
    name: 'foreign-origin', promise: 'pages from elsewhere may not read answers',
    async run({ door }) {
      for (const method of ['GET', 'OPTIONS']) {
        const { headers } = await door.ask(auth.me.http.path, { method, headers: { origin: foreign, 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' } });
        const allowed = headers.get('access-control-allow-origin');
        expectThat(allowed === null, `${method} allows ${allowed}`);
      }
      return 'no CORS header';
    },
  },
  {
    name: 'socket-foreign-origin', promise: 'pages from elsewhere may not open sockets',
    async run({ door }) {
      const end = await endOfSocket(door, foreign);
      expectThat(end === 403, `the upgrade ends with ${end}`);
      return '403';
    },
  },
  {
    name: 'socket-without-ticket', promise: 'an invented ticket opens no socket',
    async run({ door }) {
      const end = await endOfSocket(door, door.origin);
      expectThat(end === closeCodes.notAuthenticated, `the socket ends with ${end}`);
      return String(end);
    },
  },
];

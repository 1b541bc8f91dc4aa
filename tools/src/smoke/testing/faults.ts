import { generateKeyPairSync } from 'node:crypto';
import { auth, kb, rag, realtime, users, admin } from '@voiceassist/contracts';
import type { Answer, Asked, Fault } from './breaking-proxy.js';

type Json = Record<string, unknown>;

/** A fault of one path: its answer with other fields, as JSON. */
const ofPath = (path: string, change: (body: Json, asked: Asked) => unknown): Fault => ({
  answer(asked, answer) {
    if (asked.path.split('?')[0] === path) answer.body = JSON.stringify(change(JSON.parse(answer.body) as Json, asked));
  },
});

const answered = (matches: (asked: Asked) => boolean, change: (answer: Answer, asked: Asked) => void): Fault => ({
  answer(asked, answer) {
    if (matches(asked)) change(answer, asked);
  },
});

const at = (path: string) => (asked: Asked) => asked.path === path;
const withoutHeader = (name: string) => (answer: Answer) => void delete answer.headers[name];
const dataOf = (body: Json) => body['data'] as Json; // our own product answers, in its envelope

function strangersKeys(): Json[] {
  const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  return [{ ...jwk, kid: 'somebody-else', alg: 'ES256', use: 'sig' }];
}

/** Answers as if the session that signed out were still alive. */
function livesOn(): Fault {
  let ended = false;
  return answered(() => true, (answer, asked) => {
    if (asked.path === auth.logout.http.path) ended = true;
    if (ended && asked.path === auth.me.http.path) Object.assign(answer, { status: 200, body: '{"success":true}' });
  });
}

const withoutCitations = (text: string) => text.replace(/"citations":\[\{.*?\}\](?=,"verdict")/g, '"citations":[]');
const misquoted = (text: string) => text.replaceAll(/"quote":"[^"]*"/g, '"quote":"Nobody ever wrote this sentence."');

/** Name of the check that must fail, and what is broken for it. */
export const faults: readonly (readonly [check: string, what: string, fault: Fault])[] = [
  ['health', 'the process answers 500', answered(at('/health'), (answer) => (answer.status = 500))],
  ['ready', 'a dependency is down', ofPath('/ready', (body) => {
    const [first, ...rest] = dataOf(body)['dependencies'] as Json[];
    return { ...body, data: { ...dataOf(body), dependencies: [{ ...first, status: 'down' }, ...rest] } };
  })],
  ['ready', 'it says starting', answered(at('/ready'), (answer) => (answer.status = 503))],
  ['clock', 'the clock is five minutes behind', answered(at('/health'), ({ headers }) => (headers['date'] = new Date(Date.now() - 300_000).toUTCString()))],
  ['page-headers', 'the page has no policy', answered(at('/'), withoutHeader('content-security-policy'))],
  ['page-headers', 'the page names the server', answered(at('/'), ({ headers }) => (headers['server'] = 'nginx/1.22'))],
  ['error-headers', 'a refusal does not demand HTTPS', answered(at(auth.me.http.path), withoutHeader('strict-transport-security'))],
  ['page-assets', 'a script is missing', answered(({ path }) => /^\/assets\/.*\.js$/.test(path), (answer) => (answer.status = 404))],
  ['openapi', 'a route is missing', ofPath('/openapi.json', (body) => ({ ...body, paths: Object.fromEntries(Object.entries(body['paths'] as Json).slice(1)) }))],
  ['unknown-route', 'the page of a web server', answered(at('/api/no-such-route'), (answer) => (answer.body = '<h1>Not Found</h1>'))],
  ['no-session', 'everybody is let in', answered(({ path, headers }) => path === auth.me.http.path && !headers.authorization && !headers.origin, (answer) => Object.assign(answer, { status: 200, body: '{"success":true}' }))],
  ['garbage-token', 'it stumbles over nonsense', answered(({ headers }) => headers.authorization === 'Bearer garbage', (answer) => (answer.status = 500))],
  ['sign-in-refused', 'nonsense signs in', answered(({ path, body }) => path === auth.login.http.path && body.includes('nowhere.example'), (answer) => (answer.status = 200))],
  ['rate-limit', 'nobody is limited', answered(at(auth.readLink.http.path), (answer) => (answer.status = 404))],
  ['rate-limit', 'nobody is told how long', answered(at(auth.readLink.http.path), withoutHeader('retry-after'))],
  ['metrics-private', 'the numbers are public', answered(at('/metrics'), (answer) => Object.assign(answer, { status: 200, body: '# HELP a b\n# TYPE a gauge\na 1\n' }))],
  ['foreign-origin', 'every origin is allowed', answered(({ path }) => path === auth.me.http.path, ({ headers }, asked) => (headers['access-control-allow-origin'] = asked.headers.origin))],
  ['socket-foreign-origin', 'the origin is not looked at', { origin: (origin) => (origin?.includes('foreign') ? undefined : origin) }],
  ['socket-without-ticket', 'every socket is greeted', { greeting: JSON.stringify({ type: 'connected', clientId: crypto.randomUUID(), protocolVersion: 1, capabilities: [] }) }],
  ['sign-in', 'the account is refused', answered(({ path, body }) => path === auth.login.http.path && !body.includes('nowhere.example'), (answer) => (answer.status = 503))],
  ['key-set', 'it publishes the keys of somebody else', ofPath(auth.listKeys.http.path, (body) => ({ ...body, data: { keys: strangersKeys() } }))],
  ['key-set', 'it publishes a private half', ofPath(auth.listKeys.http.path, (body) => ({ ...body, data: { keys: (dataOf(body)['keys'] as Json[]).map((key) => ({ ...key, d: 'secret' })) } }))],
  ['own-profile', 'it takes one person for another', ofPath(users.readOwnProfile.http.path, (body) => ({ ...body, data: { ...dataOf(body), email: 'other@hospital.example' } }))],
  ['documents', 'the library cannot be listed', answered(({ path }) => path.startsWith(`${kb.listDocuments.http.path}?`), (answer) => (answer.status = 500))],
  ['search', 'the search finds nothing', ofPath(kb.searchPassages.http.path, (body) => ({ ...body, data: { ...dataOf(body), passages: [] } }))],
  ['ask-http', 'the answer has no proof', answered(at(rag.streamAnswer.http.path), (answer) => (answer.body = withoutCitations(answer.body)))],
  ['ask-http', 'the proof says something else', answered(at(rag.streamAnswer.http.path), (answer) => (answer.body = misquoted(answer.body)))],
  ['ask-http', 'the stream is cut off', answered(at(rag.streamAnswer.http.path), (answer) => (answer.body = answer.body.replace(/event: message_complete[\s\S]*/, '').replace(/data: \{"type":"message_complete[\s\S]*/, '')))],
  ['ask-socket', 'the answer has no proof', { frame: withoutCitations }],
  ['ask-socket', 'no ticket is given', answered(at(realtime.issueTicket.http.path), (answer) => (answer.status = 503))],
  ['audit-state', 'the record was tampered with', ofPath(admin.readAuditState.http.path, (body) => ({ ...body, data: { ...dataOf(body), appendOnlyRole: false } }))],
  ['session-ended', 'the session lives on', livesOn()],
];

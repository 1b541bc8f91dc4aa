import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiError, catalogue, decideAccess, kb, rag, type auth, type OutputOf } from '@voiceassist/contracts';
import { routesOf } from './routes/routes-of.js';
import { Door, json, refusal, scimRefusal, until, type Asking } from './testing/door.js';
import type { Person } from './testing/people.js';
import { scene } from './testing/services.js';

const routes = routesOf(catalogue);
const someId = '00000000-0000-4000-8000-00000000000a';

let door: Door;
let admin: Person;
let viewer: Person;

beforeAll(async () => {
  door = await Door.open();
  [admin, viewer] = [await door.sign('admin'), await door.sign('viewer')];
});
afterAll(() => door?.close());
beforeEach(() => void Object.assign(scene, { produced: 0, stopped: 0 }));

describe('access', () => {
  const knock = (method: string, path: string, as?: Person) => {
    const body = method === 'GET' || method === 'DELETE' ? undefined : '{}';
    return door.ask(path.replace(/:page\b/, '1').replace(/:\w+/g, someId), { method, as, body, headers: body ? { 'content-type': 'application/json' } : {} });
  };

  // the first test: of what was refused before within the same minute there would be a count only
  it('leaves an audit row of what it refused before any service heard of it', async () => {
    const requestIds = { stranger: randomUUID(), wrong: randomUUID(), broken: randomUUID(), answered: randomUUID() };
    const create = (requestId: string, body: string) => door.ask('/api/admin/kb/collections', { ...json('POST', {}, admin), body, headers: { 'content-type': 'application/json', 'x-request-id': requestId } });
    await door.ask(`/api/kb/documents/${someId}`, { headers: { 'x-request-id': requestIds.stranger } });
    await create(requestIds.wrong, '{"name":""}');
    await create(requestIds.broken, '{"name":');
    await create(requestIds.answered, '{"name":"taken"}');
    const rowOf = (requestId: string) => scene.audited.filter((record) => record.requestId === requestId);
    await until(() => Object.values(requestIds).every((requestId) => rowOf(requestId).length > 0));
    const byService = Object.fromEntries(Object.entries(requestIds).map(([name, requestId]) => [name, rowOf(requestId).map(({ service, action, outcome, subjects }) => ({ service, action, outcome, subjects }))]));
    expect(byService).toEqual({
      stranger: [{ service: 'gateway', action: 'kb.read-document', outcome: 'UNAUTHENTICATED', subjects: { documentId: someId } }],
      wrong: [{ service: 'gateway', action: 'kb.create-collection', outcome: 'INVALID_INPUT', subjects: {} }],
      broken: [{ service: 'gateway', action: 'kb.create-collection', outcome: 'INVALID_INPUT', subjects: {} }],
      answered: [{ service: 'kb-indexer', action: 'kb.create-collection', outcome: 'COLLECTION_NAME_TAKEN', subjects: {} }],
    });
  });

  it('refuses every guarded route without a token, with a forged token and with a wrong role', async () => {
    const forged = { ...admin, token: `${admin.token.slice(0, -6)}AAAAAA` };
    const opened: string[] = [];
    const guarded = routes.filter(({ contract }) => contract.access !== 'public');
    for (const { contract, http } of guarded) {
      const refused = http.form === 'scim' ? scimRefusal : refusal;
      const [stranger, forger] = [await refused(await knock(http.method, http.path)), await refused(await knock(http.method, http.path, forged))];
      if (stranger.status !== 401 || forger.status !== 401) opened.push(`${http.method} ${http.path}`);
      if (decideAccess(contract, { type: 'user', ...viewer, roles: ['viewer'] }) === 'forbidden' && (await refused(await knock(http.method, http.path, viewer))).status !== 403) opened.push(`${http.method} ${http.path} as viewer`);
    }
    expect(opened).toEqual([]);
    expect(guarded.length).toBeGreaterThan(25);
  });

  it('has no route for anything between services', () => {
    expect(routes.every(({ contract }) => contract.access !== 'service')).toBe(true);
    expect(() => routesOf([{ service: 'x', operation: 'y', contract: { ...kb.searchPassages, access: 'service' } }])).toThrow('services only');
  });

  it('refuses tokens of another issuer or audience, expired ones, and those of ended sessions', async () => {
    const before = Math.floor(Date.now() / 1000) - 1000;
    const strangers = [await door.sign('admin', { iss: 'else' }), await door.sign('admin', { aud: 'else' }), await door.sign('admin', { iat: before, exp: before + 900 })];
    for (const person of strangers) expect((await refusal(await door.ask('/api/kb/collections', { as: person }))).code).toBe('UNAUTHENTICATED');
    const leaving = await door.sign('viewer');
    expect((await door.ask('/api/kb/collections', { as: leaving })).status).toBe(200);
    scene.revocations.push({ sequence: scene.revocations.length + 1, sessionId: leaving.sessionId, revokedAt: new Date().toISOString() });
    await until(async () => (await door.ask('/api/kb/collections', { as: leaving })).status === 401);
    expect((await door.ask('/api/kb/collections', { headers: { authorization: 'Basic abc' } })).status).toBe(401);
  });
});

describe('API keys', () => {
  const newKey = (change: Partial<OutputOf<typeof auth.verifyApiKey>> = {}) => {
    const prefix = `va_${Array.from({ length: 10 }, () => 'abcdefghij'[Math.floor(Math.random() * 10)]).join('')}`;
    const secret = randomBytes(32).toString('base64url');
    const verified = { keyId: randomUUID(), userId: randomUUID(), roles: ['clinician' as const], scope: ['collections.read' as const], expiresAt: new Date(Date.now() + 60_000).toISOString(), ...change };
    scene.apiKeys.set(`${prefix} ${createHash('sha256').update(secret).digest('hex')}`, verified);
    return { token: `${prefix}_${secret}`, userId: verified.userId, sessionId: verified.keyId };
  };

  it('open what they are made for and nothing else, and carry their owner and scope', async () => {
    const key = newKey();
    expect((await door.ask('/api/kb/collections', { as: key })).status).toBe(200);
    expect(scene.calls.at(-1)?.actor).toEqual({ type: 'user', userId: key.userId, sessionId: key.sessionId, roles: ['clinician'], scope: ['collections.read'], validUntil: expect.any(Number) });
    expect(await refusal(await door.ask('/api/auth/me', { as: key }))).toMatchObject({ status: 403 });
    expect(await refusal(await door.ask('/api/kb/search', json('POST', { query: 'x' }, key)))).toMatchObject({ status: 403 });
  });

  it('are refused when they are unknown, malformed, expired or changed by one character', async () => {
    const key = newKey();
    const bad = ['va_', `${key.token}x`, key.token.slice(0, -1), `${key.token.slice(0, -2)}${key.token.endsWith('AA') ? 'BB' : 'AA'}`, newKey({ expiresAt: new Date().toISOString() }).token];
    for (const token of bad) expect(await refusal(await door.ask('/api/kb/collections', { as: { ...key, token } }))).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
  });

  it('are asked about once for many requests, and end when they are revoked', async () => {
    const key = newKey();
    const before = scene.keyQuestions;
    await Promise.all(Array.from({ length: 20 }, () => door.ask('/api/kb/collections', { as: key })));
    expect(scene.keyQuestions - before).toBeLessThanOrEqual(3);
    scene.revocations.push({ sequence: scene.revocations.length + 1, sessionId: key.sessionId, revokedAt: new Date().toISOString() });
    await until(async () => (await door.ask('/api/kb/collections', { as: key })).status === 401);
  });
});

describe('requests', () => {
  it('carry fields of path, query and body, request id, idempotency key and person to the service', async () => {
    const response = await door.ask('/api/kb/collections?page=3&pageSize=20', { as: viewer, headers: { 'x-request-id': 'page-request-7', 'idempotency-key': 'once-only' } });
    expect(await response.json()).toMatchObject({
      success: true, data: [], error: null, metadata: { requestId: 'page-request-7', pagination: { page: 3, pageSize: 20, totalItems: 41, totalPages: 3 } },
    });
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(scene.calls.at(-1)).toMatchObject({ requestId: 'page-request-7', idempotencyKey: 'once-only', actor: { type: 'user', userId: viewer.userId, roles: ['viewer'] } });
    const created = await door.ask('/api/admin/kb/collections', json('POST', { name: 'ward' }, admin));
    expect(created.status).toBe(201);
    expect(await created.json()).toMatchObject({ data: { name: 'ward' } });
    expect((await door.ask('/api/auth/logout', { method: 'POST', as: viewer })).status).toBe(200);
    await expect(door.client(viewer).request(kb.listCollections, { page: 2 })).resolves.toMatchObject({ items: [], pagination: { page: 2 } });
  });

  it('are refused with the field at fault, the declared code, or INTERNAL without detail', async () => {
    const create = (body: unknown) => door.ask('/api/admin/kb/collections', json('POST', body, admin));
    expect(await refusal(await create({ name: '' }))).toMatchObject({ status: 400, code: 'INVALID_INPUT', field: 'name' });
    expect(await refusal(await door.ask('/api/kb/collections?pageSize=1000', { as: viewer }))).toMatchObject({ status: 400, field: 'pageSize' });
    expect(await refusal(await create({ name: 'taken' }))).toMatchObject({ status: 409, code: 'COLLECTION_NAME_TAKEN', field: 'name', details: { other: 1 } });
    expect(await refusal(await create({ name: 'crash' }))).toMatchObject({ status: 500, code: 'INTERNAL' });
    expect(await refusal(await door.ask('/api/auth/login', json('POST', { email: 'a@b.example', password: 'x' })))).toMatchObject({ status: 401, code: 'CREDENTIALS_REFUSED' });
    expect(await refusal(await door.ask('/api/users/me', { as: viewer }))).toMatchObject({ status: 503, code: 'UNAVAILABLE' });
    expect(await refusal(await door.ask('/api/kb/collections', { as: viewer, headers: { 'idempotency-key': 'x'.repeat(201) } }))).toMatchObject({ status: 400, field: 'Idempotency-Key' });
  });

  it('are refused in the envelope also by the server itself', async () => {
    const type = { 'content-type': 'application/json' };
    const post = (body: string, headers: Record<string, string>) => door.ask('/api/admin/kb/collections', { method: 'POST', as: admin, body, headers });
    expect(await refusal(await door.ask('/api/nothing'))).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    expect(await refusal(await door.ask('/nothing/at/all'))).toMatchObject({ status: 404 });
    const wrongMethod = await door.ask('/api/kb/documents/123', { method: 'PATCH', as: admin });
    expect(wrongMethod.headers.get('allow')).toBe('GET');
    expect(await refusal(wrongMethod)).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED' });
    expect(await refusal(await post('{"name": "x"', type))).toMatchObject({ status: 400, code: 'INVALID_INPUT' });
    expect(await refusal(await post('[1]', type))).toMatchObject({ status: 400, code: 'INVALID_INPUT' });
    expect(await refusal(await post('{"__proto__": {"name": "x"}}', type))).toMatchObject({ status: 400 });
    expect(await refusal(await post('name=x', { 'content-type': 'application/x-www-form-urlencoded' }))).toMatchObject({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' });
    expect(await refusal(await post('{}', { 'content-type': 'text/plain' }))).toMatchObject({ status: 415 });
    const form = new FormData();
    form.set('name', 'x');
    expect(await refusal(await door.ask('/api/admin/kb/collections', { method: 'POST', as: admin, body: form }))).toMatchObject({ status: 415 });
    expect(await refusal(await post(JSON.stringify({ name: 'x'.repeat(1_100_000) }), type))).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
    expect((await door.ask('/api/kb/documents/%zz', { as: admin })).status).toBe(400);
  });
});

describe('event streams', () => {
  const progress = (end: string, as: Person = viewer, init: Asking = {}) => door.ask(`/api/kb/documents/${randomUUID().slice(0, -1)}${end}/progress`, { as, ...init });

  it('send each item under its type and end', async () => {
    const parts = [];
    const question = { clientMessageId: 'c1', content: 'why?\n\nevent: error\ndata: {}' };
    for await (const part of door.client(viewer).stream(rag.streamAnswer, question)) parts.push(part);
    expect(parts.map(({ type }) => type)).toEqual(['message_start', 'message_chunk']);
    expect(parts[1]).toMatchObject({ content: `${question.content}\nsecond line\r\n\r\nevent: forged` });
    const response = await progress('1');
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('x-request-id')).toBeTruthy();
    expect((await response.text()).match(/^event: item$/gm)).toHaveLength(3);
  });

  it('answer an early failure with its status and a late one with an error event', async () => {
    expect(await refusal(await progress('0'))).toMatchObject({ status: 404, code: 'DOCUMENT_NOT_FOUND' });
    const late = await (await progress('2')).text();
    expect(late.match(/^event: item$/gm)).toHaveLength(3);
    expect(late).toContain('event: error\ndata: {"code":"DOCUMENT_NOT_FOUND"');
    const watching = door.client(viewer).stream(kb.watchDocument, { documentId: someId.slice(0, -1) + '2' });
    await expect((async () => { for await (const _ of watching); })()).rejects.toBeInstanceOf(ApiError);
  });

  it('stop the producer when the client goes away, and never run ahead of a slow reader', async () => {
    const slow = new AbortController();
    const response = await progress('9', viewer, { signal: slow.signal });
    await response.body?.getReader().read();
    let before = -1;
    await until(async () => {
      const still = before === scene.produced && scene.produced > 0;
      before = scene.produced;
      await new Promise((resolve) => setTimeout(resolve, 200));
      return still && before === scene.produced;
    });
    expect(scene.produced).toBeLessThan(20_000);
    slow.abort();
    await until(() => scene.stopped === 1);
  });

  it('end when their session ends', async () => {
    const leaving = await door.sign('viewer');
    const response = await progress('3', leaving);
    const text = response.text();
    await until(() => scene.produced === 1);
    scene.revocations.push({ sequence: scene.revocations.length + 1, sessionId: leaving.sessionId, revokedAt: new Date().toISOString() });
    expect(await text).toContain('event: error\ndata: {"code":"UNAUTHENTICATED"');
    await until(() => scene.stopped === 1);
  });

  it('end when the emergency access ends under which they were asked for, and only those', async () => {
    const emergency = { id: randomUUID(), collection: randomUUID(), until: Math.floor(Date.now() / 1_000) + 3_600 };
    const nurse = await door.sign('nurse', { emergency });
    const stopped = scene.stopped;
    const [under, other] = [await progress('3', nurse), await progress('3')];
    scene.revocations.push({ sequence: scene.revocations.length + 1, sessionId: emergency.id, revokedAt: new Date().toISOString() });
    expect(await under.text()).toContain('event: error\ndata: {"code":"UNAUTHENTICATED"');
    await until(() => scene.stopped === stopped + 1);
    await other.body?.cancel();
    await until(() => scene.stopped === stopped + 2);
  });

  it('show that they are alive, and end when the server stops', async () => {
    const other = await door.another({ GATEWAY_HEARTBEAT_MS: '100' });
    const path = `/api/kb/documents/${someId.slice(0, -1)}3/progress`;
    const response = await fetch(`${other.url}${path}`, { headers: { authorization: `Bearer ${viewer.token}` } });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes(': alive')) text += (await reader?.read())?.value ?? '';
    const closing = other.close();
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) text += part.value;
    expect(text).toContain('event: error\ndata: {"code":"UNAVAILABLE"');
    await closing;
  });
});

describe('limits', () => {
  it('slow down guessing, by address and by account, and too many requests, and say when to come back', async () => {
    const other = await door.another({ GATEWAY_CREDENTIALS_PER_MINUTE: '3', GATEWAY_REQUESTS_PER_MINUTE: '6', GATEWAY_QUESTIONS_PER_MINUTE: '1', TRUST_PROXY: '1' });
    const login = (email: string, address: string) => fetch(`${other.url}/api/auth/login`, { method: 'POST', body: JSON.stringify({ email, password: 'guess', refreshToken: 'x' }), headers: { 'content-type': 'application/json', 'x-forwarded-for': address } });
    const fromOne = [];
    for (let attempt = 0; attempt < 4; attempt += 1) fromOne.push((await login(`person${attempt}@h.example`, '203.0.113.1')).status);
    expect(fromOne).toEqual([401, 401, 401, 429]);
    const onOne = [];
    for (let attempt = 0; attempt < 4; attempt += 1) onOne.push((await login(attempt % 2 ? 'Ada@h.example ' : 'ada@h.example', `203.0.113.${10 + attempt}`)).status);
    expect(onOne.slice(0, 1).concat(onOne.slice(3))).toEqual([401, 429]);
    const person = await door.sign('viewer');
    const list = () => fetch(`${other.url}/api/kb/collections`, { headers: { authorization: `Bearer ${person.token}` } });
    const statuses = [];
    for (let attempt = 0; attempt < 7; attempt += 1) statuses.push(await list());
    expect(statuses.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200, 429]);
    expect(Number(statuses[6]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refusal(statuses[6] as Response)).toMatchObject({ code: 'RATE_LIMITED' });
    const client = other.client(await door.sign('viewer'));
    const question = async () => { for await (const _ of client.stream(rag.streamAnswer, { clientMessageId: 'c', content: 'q' })); };
    await question();
    await expect(question()).rejects.toMatchObject({ code: 'RATE_LIMITED', status: 429 });
    const strangers = [];
    for (let attempt = 0; attempt < 8; attempt += 1) strangers.push((await fetch(`${other.url}/api/auth/me`)).status);
    expect(strangers.at(-1)).toBe(429);
    await other.close();
  });
});

it('tells the readiness of what it needs', async () => {
  const report = (await (await door.ask('/ready')).json()) as { data: { dependencies: { name: string }[] } };
  expect(report.data.dependencies.map(({ name }) => name)).toContain('gateway/revocations');
});

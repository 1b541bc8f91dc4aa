import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiError, auth, catalogue, HttpClient, kb, maxUploadBytes, rag, type ErrorBody, type Role } from '@voiceassist/contracts';
import { startProcess, type RunningProcess } from '@voiceassist/kit';
import { GatewayModule } from './gateway.module.js';
import { routesOf } from './routes/routes-of.js';
import { newIssuer, type Person } from './testing/people.js';
import { scene, Shelf, TestAdminModule, TestAuthModule, TestKbModule, TestRagModule } from './testing/services.js';

const routes = routesOf(catalogue);
const someId = '00000000-0000-4000-8000-00000000000a';
const unlimited = { GATEWAY_REQUESTS_PER_MINUTE: '100000', GATEWAY_CREDENTIALS_PER_MINUTE: '1000', GATEWAY_QUESTIONS_PER_MINUTE: '1000', GATEWAY_UPLOADS_PER_MINUTE: '1000' };

interface Answer {
  readonly success: boolean;
  readonly data: unknown;
  readonly error: ErrorBody | null;
  readonly metadata: { readonly version: string; readonly requestId: string; readonly pagination?: unknown };
  readonly timestamp: string;
}

let folder: string;
let running: RunningProcess;
let sign: (role: Role, change?: Record<string, unknown>) => Promise<Person>;
let admin: Person;
let viewer: Person;

const start = (environment: Record<string, string> = {}) => startProcess({
  name: 'gateway-test', modules: [TestAdminModule, TestAuthModule, TestKbModule, TestRagModule, GatewayModule],
  environment: { BUS_URL: 'memory:', KV_URL: 'memory:', BLOB_URL: `file:${join(folder, 'blobs')}`, LOG_LEVEL: 'silent', SHUTDOWN_TIMEOUT_MS: '3000', ...unlimited, ...environment },
});

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await what())) await new Promise((resolve) => setTimeout(resolve, 10));
}

function ask(path: string, init: RequestInit & { as?: Person } = {}): Promise<Response> {
  const { as, headers, ...rest } = init;
  return fetch(`${running.url}${path}`, { ...rest, headers: { ...(as && { authorization: `Bearer ${as.token}` }), ...(headers as Record<string, string>) } });
}

const json = (method: string, body: unknown, as?: Person) => ({ method, as, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
const clientOf = (person: Person, base = running.url) => new HttpClient({ baseUrl: base, accessToken: () => person.token });

/** Whatever it says, it says it in the envelope and with the headers of the house. */
async function refusal(response: Response): Promise<ErrorBody & { status: number }> {
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
  expect(response.headers.get('cache-control')).toBe('no-store');
  const answer = (await response.json()) as Answer;
  expect(answer).toMatchObject({ success: false, data: null, metadata: { version: '1', requestId: response.headers.get('x-request-id') } });
  expect(Number.isNaN(Date.parse(answer.timestamp))).toBe(false);
  expect(JSON.stringify(answer)).not.toMatch(/detail that nobody may see|node_modules|\.ts:|\.js:|FST_|Error:/);
  return { ...(answer.error as ErrorBody), status: response.status };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-'));
  sign = await newIssuer();
  [admin, viewer] = [await sign('admin'), await sign('viewer')];
  running = await start();
});
afterAll(async () => {
  await running?.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => void Object.assign(scene, { produced: 0, stopped: 0 }));

describe('access', () => {
  const knock = (method: string, path: string, as?: Person) => {
    const body = method === 'GET' || method === 'DELETE' ? undefined : '{}';
    return ask(path.replace(/:page\b/, '1').replace(/:\w+/g, someId), { method, as, body, headers: body ? { 'content-type': 'application/json' } : {} });
  };

  it('refuses every guarded route without a token, with a forged token and with a wrong role', async () => {
    const forged = { ...admin, token: `${admin.token.slice(0, -6)}AAAAAA` };
    const opened: string[] = [];
    const guarded = routes.filter(({ contract }) => contract.access !== 'public');
    for (const { contract, http } of guarded) {
      const [stranger, forger] = [await refusal(await knock(http.method, http.path)), await refusal(await knock(http.method, http.path, forged))];
      if (stranger.status !== 401 || forger.status !== 401) opened.push(`${http.method} ${http.path}`);
      if (contract.access !== 'signed-in' && (await refusal(await knock(http.method, http.path, viewer))).status !== 403) opened.push(`${http.method} ${http.path} as viewer`);
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
    const strangers = [await sign('admin', { iss: 'else' }), await sign('admin', { aud: 'else' }), await sign('admin', { iat: before, exp: before + 900 })];
    for (const person of strangers) expect((await refusal(await ask('/api/kb/collections', { as: person }))).code).toBe('UNAUTHENTICATED');
    const leaving = await sign('viewer');
    expect((await ask('/api/kb/collections', { as: leaving })).status).toBe(200);
    scene.revocations.push({ sequence: scene.revocations.length + 1, sessionId: leaving.sessionId, revokedAt: new Date().toISOString() });
    await until(async () => (await ask('/api/kb/collections', { as: leaving })).status === 401);
    expect((await ask('/api/kb/collections', { headers: { authorization: 'Basic abc' } })).status).toBe(401);
  });
});

describe('requests', () => {
  it('carry fields of path, query and body, request id, idempotency key and person to the service', async () => {
    const response = await ask('/api/kb/collections?page=3&pageSize=20', { as: viewer, headers: { 'x-request-id': 'page-request-7', 'idempotency-key': 'once-only' } });
    expect(await response.json()).toMatchObject({
      success: true, data: [], error: null, metadata: { requestId: 'page-request-7', pagination: { page: 3, pageSize: 20, totalItems: 41, totalPages: 3 } },
    });
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(scene.calls.at(-1)).toMatchObject({ requestId: 'page-request-7', idempotencyKey: 'once-only', actor: { type: 'user', userId: viewer.userId, roles: ['viewer'] } });
    const created = await ask('/api/admin/kb/collections', json('POST', { name: 'ward' }, admin));
    expect(created.status).toBe(201);
    expect(await created.json()).toMatchObject({ data: { name: 'ward' } });
    expect((await ask('/api/auth/logout', { method: 'POST', as: viewer })).status).toBe(200);
    await expect(clientOf(viewer).request(kb.listCollections, { page: 2 })).resolves.toMatchObject({ items: [], pagination: { page: 2 } });
  });

  it('are refused with the field at fault, the declared code, or INTERNAL without detail', async () => {
    const create = (body: unknown) => ask('/api/admin/kb/collections', json('POST', body, admin));
    expect(await refusal(await create({ name: '' }))).toMatchObject({ status: 400, code: 'INVALID_INPUT', field: 'name' });
    expect(await refusal(await ask('/api/kb/collections?pageSize=1000', { as: viewer }))).toMatchObject({ status: 400, field: 'pageSize' });
    expect(await refusal(await create({ name: 'taken' }))).toMatchObject({ status: 409, code: 'COLLECTION_NAME_TAKEN', field: 'name', details: { other: 1 } });
    expect(await refusal(await create({ name: 'crash' }))).toMatchObject({ status: 500, code: 'INTERNAL' });
    expect(await refusal(await ask('/api/auth/login', json('POST', { email: 'a@b.example', password: 'x' })))).toMatchObject({ status: 401, code: 'CREDENTIALS_REFUSED' });
    expect(await refusal(await ask('/api/users/me', { as: viewer }))).toMatchObject({ status: 503, code: 'UNAVAILABLE' });
    expect(await refusal(await ask('/api/kb/collections', { as: viewer, headers: { 'idempotency-key': 'x'.repeat(201) } }))).toMatchObject({ status: 400, field: 'Idempotency-Key' });
  });

  it('are refused in the envelope also by the server itself', async () => {
    const type = { 'content-type': 'application/json' };
    const post = (body: string, headers: Record<string, string>) => ask('/api/admin/kb/collections', { method: 'POST', as: admin, body, headers });
    expect(await refusal(await ask('/api/nothing'))).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    expect(await refusal(await ask('/nothing/at/all'))).toMatchObject({ status: 404 });
    const wrongMethod = await ask('/api/kb/documents/123', { method: 'PATCH', as: admin });
    expect(wrongMethod.headers.get('allow')).toBe('GET');
    expect(await refusal(wrongMethod)).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED' });
    expect(await refusal(await post('{"name": "x"', type))).toMatchObject({ status: 400, code: 'INVALID_INPUT' });
    expect(await refusal(await post('[1]', type))).toMatchObject({ status: 400, code: 'INVALID_INPUT' });
    expect(await refusal(await post('{"__proto__": {"name": "x"}}', type))).toMatchObject({ status: 400 });
    expect(await refusal(await post('name=x', { 'content-type': 'application/x-www-form-urlencoded' }))).toMatchObject({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' });
    expect(await refusal(await post('{}', { 'content-type': 'text/plain' }))).toMatchObject({ status: 415 });
    const form = new FormData();
    form.set('name', 'x');
    expect(await refusal(await ask('/api/admin/kb/collections', { method: 'POST', as: admin, body: form }))).toMatchObject({ status: 415 });
    expect(await refusal(await post(JSON.stringify({ name: 'x'.repeat(1_100_000) }), type))).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
    expect((await ask('/api/kb/documents/%zz', { as: admin })).status).toBe(400);
  });
});

describe('event streams', () => {
  const progress = (end: string, as: Person = viewer, init: RequestInit = {}) => ask(`/api/kb/documents/${randomUUID().slice(0, -1)}${end}/progress`, { as, ...init });

  it('send each item under its type and end', async () => {
    const parts = [];
    const question = { clientMessageId: 'c1', content: 'why?\n\nevent: error\ndata: {}' };
    for await (const part of clientOf(viewer).stream(rag.streamAnswer, question)) parts.push(part);
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
    const watching = clientOf(viewer).stream(kb.watchDocument, { documentId: someId.slice(0, -1) + '2' });
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
    const leaving = await sign('viewer');
    const response = await progress('3', leaving);
    const text = response.text();
    await until(() => scene.produced === 1);
    scene.revocations.push({ sequence: scene.revocations.length + 1, sessionId: leaving.sessionId, revokedAt: new Date().toISOString() });
    expect(await text).toContain('event: error\ndata: {"code":"UNAUTHENTICATED"');
    await until(() => scene.stopped === 1);
  });

  it('show that they are alive, and end when the server stops', async () => {
    const other = await start({ GATEWAY_HEARTBEAT_MS: '100' });
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

describe('uploads', () => {
  const shelf = () => running.get(TestKbModule, Shelf);
  const send = (form: FormData, as: Person = admin) => ask('/api/admin/kb/documents', { method: 'POST', as, body: form });

  /** A form that is sent while it is made, so that no length is known beforehand. */
  function streamed(bytes: number): Promise<Response> {
    const boundary = 'boundary-of-the-test';
    const chunk = new Uint8Array(1024 * 1024).fill(97);
    async function* body() {
      yield Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="big.txt"\r\ncontent-type: text/plain\r\n\r\n`);
      for (let left = bytes; left > 0; left -= chunk.byteLength) yield chunk.subarray(0, Math.min(left, chunk.byteLength));
      yield Buffer.from(`\r\n--${boundary}--\r\n`);
    }
    const init = { method: 'POST', as: admin, body: ReadableStream.from(body()), duplex: 'half', headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } };
    return ask('/api/admin/kb/documents', init as unknown as RequestInit);
  }

  it('stream the file into the store and hand the service its key, size and hash', async () => {
    const bytes = Buffer.from('The ward closes at eight.');
    const document = await clientOf(admin).upload(kb.uploadDocument, new File([bytes], '../../etc/ward "rules" ü.txt', { type: 'text/plain' }), { title: 'Ward rules' });
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(document).toMatchObject({ title: 'Ward rules', sha256, sizeBytes: bytes.byteLength });
    expect(scene.uploads.at(-1)).toMatchObject({ sha256, sizeBytes: bytes.byteLength });
    expect(scene.uploads.at(-1)?.fileName).not.toMatch(/[/\\]/);
    expect(await shelf().countBlobs()).toBeGreaterThan(0);
  });

  it('keep nothing when the operation refuses, the service is down, or the form is wrong', async () => {
    const file = new File(['text'], 'a.txt', { type: 'text/plain' });
    const blobs = await shelf().countBlobs();
    await expect(clientOf(admin).upload(kb.uploadDocument, file, { title: 'refuse me' })).rejects.toMatchObject({ code: 'DOCUMENT_DUPLICATE', status: 409, more: { details: { documentId: 'the first' } } });
    await expect(clientOf(admin).upload(kb.uploadDocument, file, { collectionId: 'none' })).rejects.toMatchObject({ code: 'INVALID_INPUT', more: { field: 'collectionId' } });
    const noFile = new FormData();
    noFile.set('title', 'x');
    expect(await refusal(await send(noFile))).toMatchObject({ status: 400, field: 'file' });
    const forged = new FormData();
    forged.set('file', JSON.stringify({ blobKey: 'somebody-elses', fileName: 'x', sizeBytes: 1, sha256: '0'.repeat(64) }));
    expect(await refusal(await send(forged))).toMatchObject({ status: 400, field: 'file' });
    const two = new FormData();
    two.append('file', file);
    two.append('file', file);
    expect(await refusal(await send(two))).toMatchObject({ status: 400 });
    const elsewhere = new FormData();
    elsewhere.set('document', file);
    expect(await refusal(await send(elsewhere))).toMatchObject({ status: 400, field: 'document' });
    expect(await refusal(await ask('/api/admin/kb/documents', json('POST', { file: { blobKey: 'x', fileName: 'x', sizeBytes: 1, sha256: '0'.repeat(64) } }, admin)))).toMatchObject({ status: 415 });
    expect(await shelf().countBlobs()).toBe(blobs);
    const gatewayAlone = await startProcess({
      name: 'alone', modules: [TestAuthModule, GatewayModule],
      environment: { BUS_URL: 'memory:', KV_URL: 'memory:', BLOB_URL: `file:${join(folder, 'blobs')}`, LOG_LEVEL: 'silent', ...unlimited },
    });
    await expect(clientOf(admin, gatewayAlone.url).upload(kb.uploadDocument, file)).rejects.toMatchObject({ code: 'UNAVAILABLE', status: 503 });
    await gatewayAlone.close();
    expect(await shelf().countBlobs()).toBe(blobs);
  });

  it('take exactly 50 MB and refuse one byte more while it arrives', async () => {
    const blobs = await shelf().countBlobs();
    expect((await streamed(maxUploadBytes)).status).toBe(202);
    expect(scene.uploads.at(-1)?.sizeBytes).toBe(maxUploadBytes);
    const uploads = scene.uploads.length;
    expect(await refusal(await streamed(maxUploadBytes + 1))).toMatchObject({ status: 413, code: 'FILE_TOO_LARGE', field: 'file' });
    expect(await refusal(await streamed(maxUploadBytes + 20 * 1024 * 1024))).toMatchObject({ status: 413, code: 'FILE_TOO_LARGE' });
    expect(scene.uploads).toHaveLength(uploads);
    expect(await shelf().countBlobs()).toBe(blobs + 1);
  });
});

describe('downloads', () => {
  const path = `/api/kb/documents/${someId}/file`;
  const bytes = Buffer.from(Array.from({ length: 5000 }, (_, index) => index % 256));
  const get = (headers: Record<string, string> = {}) => ask(path, { as: viewer, headers });

  it('give the bytes, ranges of them, or only that nothing changed', async () => {
    await running.get(TestKbModule, Shelf).fill(bytes);
    const whole = await get();
    expect(Buffer.from(await whole.arrayBuffer())).toEqual(bytes);
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      'content-type': 'application/pdf', 'content-length': '5000', 'accept-ranges': 'bytes', 'x-content-type-options': 'nosniff', 'cache-control': 'private, no-cache',
      'content-disposition': `inline; filename="Leitlinie ___.pdf"; filename*=UTF-8''Leitlinie%20%22%CE%B1%22.pdf`,
    });
    expect(whole.headers.get('content-security-policy')).toContain('sandbox');
    const etag = whole.headers.get('etag') ?? '';
    for (const [range, start, end] of [['bytes=0-9', 0, 9], ['bytes=4990-', 4990, 4999], ['bytes=-5', 4995, 4999], ['bytes=100-99999', 100, 4999]] as const) {
      const part = await get({ range });
      expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes ${start}-${end}/5000`]);
      expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(start, end + 1));
    }
    expect((await get({ range: 'bytes=5000-' })).status).toBe(416);
    expect((await get({ 'range': 'bytes=0-9', 'if-range': '"older"' })).status).toBe(200);
    expect((await get({ 'range': 'bytes=0-9', 'if-range': etag })).status).toBe(206);
    const known = await get({ 'if-none-match': `W/${etag}, "x"` });
    expect([known.status, await known.text()]).toEqual([304, '']);
  });
});

describe('limits', () => {
  it('slow down guessing, by address and by account, and too many requests, and say when to come back', async () => {
    const other = await start({ GATEWAY_CREDENTIALS_PER_MINUTE: '3', GATEWAY_REQUESTS_PER_MINUTE: '6', GATEWAY_QUESTIONS_PER_MINUTE: '1', TRUST_PROXY: '1' });
    const login = (email: string, address: string) => fetch(`${other.url}/api/auth/login`, { method: 'POST', body: JSON.stringify({ email, password: 'guess', refreshToken: 'x' }), headers: { 'content-type': 'application/json', 'x-forwarded-for': address } });
    const fromOne = [];
    for (let attempt = 0; attempt < 4; attempt += 1) fromOne.push((await login(`person${attempt}@h.example`, '203.0.113.1')).status);
    expect(fromOne).toEqual([401, 401, 401, 429]);
    const onOne = [];
    for (let attempt = 0; attempt < 4; attempt += 1) onOne.push((await login(attempt % 2 ? 'Ada@h.example ' : 'ada@h.example', `203.0.113.${10 + attempt}`)).status);
    expect(onOne.slice(0, 1).concat(onOne.slice(3))).toEqual([401, 429]);
    const person = await sign('viewer');
    const list = () => fetch(`${other.url}/api/kb/collections`, { headers: { authorization: `Bearer ${person.token}` } });
    const statuses = [];
    for (let attempt = 0; attempt < 7; attempt += 1) statuses.push(await list());
    expect(statuses.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200, 429]);
    expect(Number(statuses[6]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refusal(statuses[6] as Response)).toMatchObject({ code: 'RATE_LIMITED' });
    const client = clientOf(await sign('viewer'), other.url);
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
  const report = (await (await ask('/ready')).json()) as { data: { dependencies: { name: string }[] } };
  expect(report.data.dependencies.map(({ name }) => name)).toContain('gateway/revocations');
  expect(auth.login.access).toBe('public');
});

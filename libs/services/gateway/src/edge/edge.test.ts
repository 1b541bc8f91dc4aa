import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { catalogue, socketPath } from '@voiceassist/contracts';
import { startProcess, type RunningProcess } from '@voiceassist/kit';
import { WebSocket, WebSocketServer } from 'ws';
import { GatewayModule } from '../gateway.module.js';
import { routesOf } from '../routes/routes-of.js';
import { newIssuer } from '../testing/people.js';
import { TestAuthModule } from '../testing/services.js';

let folder: string;
let running: RunningProcess;
let realtime: ReturnType<typeof createServer>;
const arrived: IncomingMessage[] = [];

/** A socket server like `realtime`: refuses foreign pages, echoes, and closes with a code of its own. */
async function startRealtime(): Promise<string> {
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: (offered) => (offered.has('voiceassist.v1') ? 'voiceassist.v1' : false) });
  realtime = createServer().on('upgrade', (request, socket, head) => {
    arrived.push(request);
    if (request.headers.origin === 'https://evil.example') return void socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    sockets.handleUpgrade(request, socket, head, (client) => {
      client.on('message', (data: Buffer, isBinary) => {
        if (data.toString() === 'close me') client.close(4401, 'not authenticated');
        else client.send(data, { binary: isBinary });
      });
    });
  });
  await once(realtime.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(realtime.address() as AddressInfo).port}`;
}

function writePage(root: string): void {
  mkdirSync(join(root, 'assets'), { recursive: true });
  writeFileSync(join(root, 'index.html'), '<!doctype html><title>page</title>');
  writeFileSync(join(root, 'assets', 'main-a1B2c3D4.js'), 'export {};');
  writeFileSync(join(root, 'icon.svg'), '<svg/>');
  writeFileSync(join(root, '.secret'), 'secret');
  writeFileSync(join(root, '..', 'outside.txt'), 'outside');
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'edge-'));
  const root = join(folder, 'web');
  writePage(root);
  await newIssuer();
  running = await startProcess({
    name: 'edge-test', modules: [TestAuthModule, GatewayModule],
    environment: {
      BUS_URL: 'memory:', KV_URL: 'memory:', BLOB_URL: `file:${join(folder, 'blobs')}`, ENCRYPTION_KEYS_URL: `file:${join(folder, 'encryption.keys')}`, LOG_LEVEL: 'silent', SHUTDOWN_TIMEOUT_MS: '2000',
      WEB_ROOT: root, REALTIME_URL: await startRealtime(), GATEWAY_ALLOWED_ORIGINS: 'https://desk.example',
    },
  });
});
afterAll(async () => {
  await running?.close();
  realtime?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Fetches without normalising the path. */
function raw(path: string, headers: Record<string, string> = {}): Promise<{ status: number; text: string; headers: IncomingMessage['headers'] }> {
  const { port } = new URL(running.url);
  return new Promise((resolve, reject) => {
    httpRequest({ host: '127.0.0.1', port, path, headers }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString())).on('end', () => resolve({ status: response.statusCode ?? 0, text, headers: response.headers }));
    }).on('error', reject).end();
  });
}

describe('the page', () => {
  it('is served with its files, and for every address that is a view', async () => {
    for (const path of ['/', '/index.html', '/documents', '/conversations/4711?x=1', '/apiary']) {
      const response = await fetch(`${running.url}${path}`);
      expect([response.status, response.headers.get('content-type'), response.headers.get('cache-control')]).toEqual([200, 'text/html; charset=utf-8', 'no-cache']);
      expect(await response.text()).toContain('<title>page</title>');
    }
    const script = await fetch(`${running.url}/assets/main-a1B2c3D4.js`);
    expect([script.status, script.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
    expect((await fetch(`${running.url}/icon.svg`)).headers.get('cache-control')).toBe('no-cache');
    expect((await fetch(`${running.url}/`, { method: 'HEAD' })).status).toBe(200);
  });

  it('never stands in for the interface, for a file that is not there, or for one outside its folder', async () => {
    for (const path of ['/api/nothing', '/api', '/v1/models', '/assets/gone-a1B2c3D4.js', '/.secret', '/../outside.txt', '/%2e%2e/outside.txt', '/assets/..%2f..%2foutside.txt']) {
      const { status, text, headers } = await raw(path);
      expect([path, status >= 400 && status < 500]).toEqual([path, true]);
      expect(text).not.toMatch(/outside$|secret$|<title>/);
      expect(JSON.parse(text)).toMatchObject({ success: false, error: { code: expect.stringMatching(/^[A-Z_]+$/) as unknown } });
      if (status === 404) expect(headers['content-security-policy']).toBeTruthy();
    }
  });

  it('may load and call nothing but its own server', async () => {
    const { host } = new URL(running.url);
    const policy = (await fetch(`${running.url}/`)).headers.get('content-security-policy') ?? '';
    expect(policy).toContain(`connect-src 'self' ws://${host} wss://${host}`);
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'");
    expect(policy).not.toMatch(/script-src[^;]*unsafe-inline|https:|\*/);
    const forged = await raw('/', { host: "x; script-src 'unsafe-inline'" });
    expect(forged.headers['content-security-policy'] ?? '').not.toContain("script-src 'unsafe-inline'");
    const headers = Object.fromEntries((await fetch(`${running.url}/`)).headers);
    expect(headers).toMatchObject({ 'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff', 'cross-origin-opener-policy': 'same-origin' });
    expect(headers['permissions-policy']).toContain('microphone=(self)');
    expect(headers['x-powered-by']).toBeUndefined();
  });
});

describe('other pages', () => {
  const preflight = (origin: string) => fetch(`${running.url}/api/kb/search`, {
    method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type' },
  });

  it('may call the interface only when they are on the list', async () => {
    const allowed = await preflight('https://desk.example');
    expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([204, 'https://desk.example']);
    const foreign = await preflight('https://evil.example');
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
    const refused = await fetch(`${running.url}/api/auth/me`, { headers: { origin: 'https://desk.example' } });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, 'https://desk.example']);
  });
});

describe('the description of the interface', () => {
  it('is valid OpenAPI 3.1 and has every public operation with its codes', async () => {
    const document = (await (await fetch(`${running.url}/openapi.json`)).json()) as { paths: Record<string, Record<string, { operationId: string; security: unknown[]; responses: Record<string, unknown>; requestBody?: { content: object } }>> };
    const checked = await new Validator().validate(structuredClone(document));
    expect(checked.errors ?? []).toEqual([]);
    expect(checked.valid).toBe(true);
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
    expect(operations.map(({ operationId }) => operationId).sort()).toEqual(routesOf(catalogue).map(({ service, operation }) => `${service}.${operation}`).sort());
    const upload = operations.find(({ operationId }) => operationId === 'kb-indexer.uploadDocument');
    expect(Object.keys(upload?.requestBody?.content ?? {})).toEqual(['multipart/form-data']);
    expect(JSON.stringify(upload?.responses['409'])).toContain('DOCUMENT_DUPLICATE');
    expect(JSON.stringify(operations.find(({ operationId }) => operationId === 'rag-orchestrator.streamAnswer')?.responses['200'])).toContain('text/event-stream');
    expect(operations.find(({ operationId }) => operationId === 'auth.login')?.security).toEqual([]);
    expect(JSON.stringify(document)).not.toMatch(/va\.v1|listRevocations|"\$schema"/);
  });

  it('can be browsed without anything from elsewhere', async () => {
    const page = await fetch(`${running.url}/reference`);
    const html = await page.text();
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(html).not.toMatch(/(?:src|href)="https?:/);
    const script = await fetch(new URL(/src="([^"]+)"/.exec(html)?.[1] ?? '', page.url));
    expect([script.status, script.headers.get('content-type')]).toEqual([200, 'application/javascript; charset=utf-8']);
    expect((await script.text()).length).toBeGreaterThan(100_000);
  });
});

describe('sockets', () => {
  const open = (options: { headers?: Record<string, string>; protocols?: string[] } = {}) =>
    new WebSocket(running.url.replace('http', 'ws') + socketPath, options.protocols ?? ['voiceassist.v1', 'ticket.secret-ticket'], { headers: options.headers });

  it('are handed to realtime with everything the client said, its address and the host it knows', async () => {
    const socket = open({ headers: { 'x-forwarded-for': '203.0.113.66', 'x-forwarded-host': 'forged.example', 'x-request-id': 'socket-request-1' } });
    await once(socket, 'open');
    expect(socket.protocol).toBe('voiceassist.v1');
    expect(arrived.at(-1)?.headers).toMatchObject({
      'sec-websocket-protocol': 'voiceassist.v1,ticket.secret-ticket', 'x-forwarded-for': '127.0.0.1', 'x-forwarded-host': new URL(running.url).host, 'x-forwarded-proto': 'http', 'x-request-id': 'socket-request-1',
    });
    const large = Buffer.alloc(3 * 1024 * 1024, 'x');
    socket.send(large);
    expect(((await once(socket, 'message')) as [Buffer])[0].equals(large)).toBe(true);
    socket.send('close me');
    const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
    expect([code, reason.toString()]).toEqual([4401, 'not authenticated']);
  });

  it('come from where the trusted proxy says, whatever a client has written in front', async () => {
    const behind = await startProcess({
      name: 'edge-proxy-test', modules: [TestAuthModule, GatewayModule],
      environment: { BUS_URL: 'memory:', KV_URL: 'memory:', BLOB_URL: `file:${join(folder, 'more')}`, ENCRYPTION_KEYS_URL: `file:${join(folder, 'encryption.keys')}`, LOG_LEVEL: 'silent', REALTIME_URL: `http://127.0.0.1:${(realtime.address() as AddressInfo).port}`, TRUST_PROXY: '1' },
    });
    const socket = new WebSocket(behind.url.replace('http', 'ws') + socketPath, ['voiceassist.v1'], { headers: { 'x-forwarded-for': '10.66.66.66, 203.0.113.9' } });
    await once(socket, 'open');
    expect(arrived.at(-1)?.headers['x-forwarded-for']).toBe('203.0.113.9');
    socket.close();
    await behind.close();
  });

  it('are refused as realtime refuses them, and on every other path', async () => {
    const refusal = async (socket: WebSocket) => ((await once(socket, 'error'))[0] as Error).message;
    expect(await refusal(open({ headers: { origin: 'https://evil.example' } }))).toContain('403');
    expect(await refusal(new WebSocket(`${running.url.replace('http', 'ws')}/api/realtime/other`))).toContain('404');
  });

  it('end when realtime goes, and are refused while it is away', async () => {
    const socket = open();
    await once(socket, 'open');
    realtime.close();
    const sockets = arrived.map((request) => request.socket);
    for (const each of sockets) each.destroy();
    expect((await once(socket, 'close'))[0]).toBe(1006);
    expect(((await once(open(), 'error'))[0] as Error).message).toContain('503');
  });
});

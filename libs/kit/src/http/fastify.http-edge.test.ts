import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '../logging/create-logger.js';
import { LogConfig } from '../logging/log.config.js';
import { installMetrics } from '../telemetry/metrics.js';
import { SpanRecorder } from '../telemetry/span-recorder.js';
import { installTracing } from '../telemetry/tracing.js';
import { FastifyHttpEdge } from './fastify.http-edge.js';
import { HttpConfig } from './http.config.js';
import { Readiness } from './readiness.js';

interface Line { readonly msg: string; readonly requestId?: string; readonly traceId?: string; readonly route?: string; readonly status?: number }

const lines: string[] = [];
const written = (message: string): Line[] => lines.map((line) => JSON.parse(line) as Line).filter(({ msg }) => msg === message);
const logger = createLogger('edge', new LogConfig({}), { write: (line) => void lines.push(line) });
installTracing('edge');
installMetrics('edge');

async function edgeWith(environment: Record<string, string> = {}): Promise<FastifyHttpEdge> {
  const readiness = new Readiness(100);
  readiness.started();
  return new FastifyHttpEdge({ processName: 'edge', config: new HttpConfig({ PORT: '0', ...environment }), readiness, logger });
}

/** The first line of what the server answers to an upgrade. */
function upgrade(edge: FastifyHttpEdge, path: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(edge.url).port), '127.0.0.1', () => {
      socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`);
    });
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('close', () => resolve(text.split('\r\n', 1)[0] ?? ''));
    socket.on('error', () => socket.destroy());
  });
}

describe('the HTTP edge', () => {
  let edge: FastifyHttpEdge;
  beforeEach(() => void lines.splice(0));
  afterEach(() => edge.close());

  it('takes a sane request id, refuses others, and answers in the envelope', async () => {
    edge = await edgeWith();
    await edge.listen();
    const kept = await fetch(`${edge.url}/health`, { headers: { 'x-request-id': 'client-1234.a_b' } });
    expect(kept.headers.get('x-request-id')).toBe('client-1234.a_b');
    expect(await kept.json()).toMatchObject({ success: true, data: { status: 'alive' }, error: null, metadata: { requestId: 'client-1234.a_b' } });
    for (const bad of ['short', 'a'.repeat(65), 'has blanks in it', '<script>alert(1)</script>']) {
      const answer = await fetch(`${edge.url}/health`, { headers: { 'x-request-id': bad } });
      expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('gives one trace and one request id to everything a request does, also after its body was read', async () => {
    edge = await edgeWith();
    const recorder = new SpanRecorder();
    edge.fastify.post('/api/things/:thingId', async () => {
      await turn();
      logger.info('inside');
      return trace.getTracer('test').startActiveSpan('inner', async (span) => {
        await turn();
        span.end();
        return { ok: true };
      });
    });
    edge.fastify.get('/api/broken', async () => { throw new Error('broken'); });
    await edge.listen();
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const answer = await fetch(`${edge.url}/api/things/4711?q=CANARY`, {
      method: 'POST', body: '{"a":1}', headers: { 'content-type': 'application/json', 'x-request-id': 'request-0001', traceparent: `00-${traceId}-b7ad6b7169203331-01` },
    });
    await answer.text();
    await (await fetch(`${edge.url}/api/broken`)).text();
    while (written('answered').length < 2) await turn();
    recorder.close();
    const spans = recorder.spans.filter((span) => span.spanContext().traceId === traceId);
    expect(spans.map(({ name }) => name).sort()).toEqual(['POST /api/things/:thingId', 'inner']);
    expect(recorder.spans.find(({ name }) => name === 'GET /api/broken')?.status.code).toBe(SpanStatusCode.ERROR);
    expect(written('inside')).toMatchObject([{ requestId: 'request-0001', traceId }]);
    expect(written('answered')[0]).toMatchObject({ requestId: 'request-0001', traceId, route: '/api/things/:thingId', status: 200 });
    const everything = JSON.stringify(spans.map(({ name, attributes }) => ({ name, attributes }))) + lines.join('');
    expect(everything).not.toMatch(/4711|CANARY/);
  });

  it('counts requests by route template and shows what the process costs', async () => {
    edge = await edgeWith();
    await edge.listen();
    await (await fetch(`${edge.url}/health`)).text();
    await (await fetch(`${edge.url}/nowhere/4711`)).text();
    const text = await (await fetch(`${edge.url}/metrics`)).text();
    expect(text).toMatch(/http_server_request_duration_seconds_count\{[^}]*method="GET"[^}]*route="\/health"[^}]*status="2xx"[^}]*\} \d/);
    expect(text).toMatch(/route="unmatched"[^}]*status="4xx"/);
    for (const name of ['process_resident_memory_bytes', 'nodejs_eventloop_lag_seconds', 'process_cpu_seconds_total', 'nodejs_active_resources', 'nodejs_heap_used_bytes']) {
      expect(text).toMatch(new RegExp(`^${name}(?:\\{.*\\})? \\d`, 'm'));
    }
    expect(text).not.toContain('4711');
  });

  it('shows metrics to the same machine only, not to what a proxy forwards, and alone on their own port when told', async () => {
    edge = await edgeWith();
    await edge.listen();
    expect((await fetch(`${edge.url}/metrics`, { headers: { 'x-forwarded-for': '203.0.113.9' } })).status).toBe(404);
    await edge.close();
    edge = await edgeWith({ METRICS_PUBLIC: 'true' });
    await edge.listen();
    expect((await fetch(`${edge.url}/metrics`, { headers: { 'x-forwarded-for': '203.0.113.9' } })).status).toBe(200);
    await edge.close();
    edge = await edgeWith({ METRICS_PORT: '0' });
    await edge.listen();
    expect((await fetch(`${edge.url}/metrics`)).status).toBe(404);
    expect(await (await fetch(`${edge.metricsUrl}/metrics`)).text()).toContain('process_resident_memory_bytes');
  });

  it('gives upgrades to the handler of their path and destroys others', async () => {
    edge = await edgeWith();
    edge.onUpgrade('/socket', (_request, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'));
    expect(() => edge.onUpgrade('/socket', () => undefined)).toThrow('already');
    await edge.listen();
    expect(await upgrade(edge, '/socket?x=1')).toBe('HTTP/1.1 101 Switching Protocols');
    expect(await upgrade(edge, '/elsewhere')).toBe('HTTP/1.1 404 Not Found');
  });

  it('treats an upgrade as a plain request while nobody takes upgrades, and closes sockets that are left open', async () => {
    edge = await edgeWith();
    edge.fastify.get('/plain', async (_request, reply) => reply.header('connection', 'close').send('plain'));
    await edge.listen();
    expect(await upgrade(edge, '/plain')).toBe('HTTP/1.1 200 OK');
    await edge.close();
    edge = await edgeWith();
    edge.onUpgrade('/socket', (_request, socket) => void socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n'));
    await edge.listen();
    const opened = upgrade(edge, '/socket');
    await turn();
    await edge.close();
    expect(await opened).toMatch(/^(HTTP\/1\.1 101 Switching Protocols)?$/);
  });

  it('limits bodies and believes forwarded addresses only from trusted proxies', async () => {
    edge = await edgeWith({ HTTP_BODY_LIMIT_BYTES: '2048' });
    edge.fastify.post('/echo', async (request) => request.ip);
    await edge.listen();
    const big = await fetch(`${edge.url}/echo`, { method: 'POST', body: JSON.stringify({ a: 'x'.repeat(4096) }), headers: { 'content-type': 'application/json' } });
    expect(big.status).toBe(413);
    const headers = { 'x-forwarded-for': '203.0.113.9', 'content-type': 'application/json' };
    expect(await (await fetch(`${edge.url}/echo`, { method: 'POST', body: '{}', headers })).text()).toBe('127.0.0.1');
    await edge.close();
    edge = await edgeWith({ TRUST_PROXY: '1' });
    edge.fastify.post('/echo', async (request) => request.ip);
    await edge.listen();
    expect(await (await fetch(`${edge.url}/echo`, { method: 'POST', body: '{}', headers })).text()).toBe('203.0.113.9');
  });

  it('tells the same address of an upgrade as of a route, whatever a client writes in front', async () => {
    for (const [trust, told] of [['false', '127.0.0.1'], ['1', '198.51.100.7'], ['2', '203.0.113.9'], ['loopback', '198.51.100.7'], ['127.0.0.1, 198.51.100.0/24', '203.0.113.9'], ['10.0.0.0/8', '127.0.0.1'], ['true', '203.0.113.9']] as const) {
      edge = await edgeWith({ TRUST_PROXY: trust });
      edge.fastify.get('/who', async (request) => `${request.ip} ${edge?.addressOf(request.raw)}`);
      await edge.listen();
      const headers = { 'x-forwarded-for': '203.0.113.9, 198.51.100.7' };
      expect([trust, await (await fetch(`${edge.url}/who`, { headers })).text()]).toEqual([trust, `${told} ${told}`]);
      await edge.close();
    }
    await expect(edgeWith({ TRUST_PROXY: '10.0.0.0/8,somewhere' })).rejects.toThrow('TRUST_PROXY');
  });

  it('refuses new upgrades and connections while draining, and waits for the last answer', async () => {
    edge = await edgeWith();
    let release: () => void = () => undefined;
    let arrive: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    edge.fastify.get('/slow', async () => {
      arrive();
      await new Promise<void>((resolve) => (release = resolve));
      return 'done';
    });
    await edge.listen();
    const answer = new Promise<string>((resolve, reject) => {
      httpRequest(`${edge.url}/slow`, (response) => response.on('data', (chunk: Buffer) => resolve(chunk.toString()))).on('error', reject).end();
    });
    await arrived;
    let drained = false;
    const draining = edge.drain().then(() => (drained = true));
    expect(edge.closing.aborted).toBe(true);
    await expect(fetch(`${edge.url}/health`)).rejects.toThrow();
    expect(drained).toBe(false);
    release();
    expect(await answer).toBe('done');
    await draining;
  });
});

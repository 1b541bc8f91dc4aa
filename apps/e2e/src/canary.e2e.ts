import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auth, catalogue, kb, rag, type HttpRoute } from '@voiceassist/contracts';
import { canaryNote, phiCanaries } from '@voiceassist/phi';
import { Conversation } from './house/conversation.js';
import { fileOf } from './house/documents.js';
import { ModelEndpoint } from './house/model-endpoint.js';
import { Person } from './house/person.js';
import { mode, Product } from './house/product.js';
import { redisContents } from './house/redis-contents.js';
import { TraceCollector } from './house/trace-collector.js';

const name = phiCanaries[0]?.value ?? '';
const email = phiCanaries.find(({ kind }) => kind === 'email')?.value ?? '';
/** As they stand in plain text, in JSON and in URLs. */
const traces = phiCanaries.flatMap(({ kind, trace }) => [...new Set([trace, encodeURIComponent(trace), new URLSearchParams({ a: trace }).toString().slice(2), trace.toLowerCase()])].map((text) => ({ kind, text })));
const hitsIn = (place: string, text: string): string[] =>
  traces.filter(({ text: trace }) => text.includes(trace)).map(({ kind, text: trace }) => `${place}: ${kind} «${trace}» in …${text.slice(Math.max(0, text.indexOf(trace) - 120), text.indexOf(trace) + trace.length + 40)}`);
const hits = (place: string, texts: readonly string[]): string[] => [...new Set(texts.flatMap((text) => hitsIn(place, text)))].slice(0, 10);

const publicOperations = catalogue.flatMap(({ contract }) => ('http' in contract && contract.http ? [{ contract, route: contract.http }] : []));
/** May end the session that walks them: each is walked by somebody who has just come in. */
const endsSession = /logout|sessions|password|deactivate|disable/;

interface DistributedState {
  readonly services: Record<string, { url: string }>;
  readonly infrastructure: Record<string, { url: string }>;
}

/** Everything an answer could give away: addresses in its headers, its body when it is an error, addresses in its body when it is none. */
async function givenAway(response: Response): Promise<string> {
  const body = await response.text();
  const addresses = [...body.matchAll(/"[a-zA-Z]*(?:[uU]rl|[hH]ref|location|link)":"[^"]*"/g)].map(([address]) => address);
  return JSON.stringify([...response.headers]) + (response.status >= 400 ? body : addresses.join(' '));
}

/** A request with canaries in its path, query and body, none of which it was made for. */
async function knock(product: Product, route: HttpRoute, token: string): Promise<Response> {
  const path = route.path.replace(/:\w+/g, encodeURIComponent(name));
  const query = new URLSearchParams({ page: name, pageSize: email, query: canaryNote, q: canaryNote.slice(0, 400), from: name, reason: name });
  const hasBody = route.method !== 'GET' && route.method !== 'DELETE';
  const body = hasBody ? JSON.stringify({ query: { nested: canaryNote }, content: [canaryNote], email: name, title: { name }, reason: 7, [name]: canaryNote }) : undefined;
  return fetch(`${product.url}${path}?${query.toString()}`, { method: route.method, headers: { authorization: `Bearer ${token}`, ...(hasBody ? { 'content-type': 'application/json' } : {}) }, body, signal: AbortSignal.timeout(20_000) });
}

function filesUnder(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe(`canaries of all 18 classes, ${mode}`, () => {
  let product: Product;
  let boss: Person;
  let model: ModelEndpoint;
  let collector: TraceCollector;
  let stopReading: () => void = () => undefined;
  const logged = new Set<string>();
  const answers: string[] = [];

  const readLog = () => hitsIn('log', product.log).forEach((hit) => logged.add(hit));
  const state = () => JSON.parse(readFileSync(join(product.dataFolder, 'distributed.json'), 'utf8')) as DistributedState;

  beforeAll(async () => {
    model = await ModelEndpoint.start();
    collector = await TraceCollector.start();
    product = await Product.start({
      LLM_URL: model.url, LLM_MODEL: 'double', LLM_API_KEY: 'unused', LLM_PHI_POLICY: 'mask', LOG_LEVEL: 'debug', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      GATEWAY_REQUESTS_PER_MINUTE: '10000', GATEWAY_REFUSED_TOKENS_PER_MINUTE: '10000', GATEWAY_CREDENTIALS_PER_MINUTE: '1000', GATEWAY_QUESTIONS_PER_MINUTE: '1000',
    });
    // the log that is kept has an end: it is read before its beginning is cut off
    const reading = setInterval(readLog, 200);
    stopReading = () => clearInterval(reading);
    boss = await Person.signIn(product);
  }, 120_000);
  afterAll(async () => {
    stopReading();
    await product?.discard();
    model?.stop();
    collector?.stop();
  });

  it('go through a journey: a document, a search, questions over HTTP and the socket', async () => {
    const text = `# Letter about ${name}\n\n${canaryNote}\n\nThe zephyrol infusion of the patient ran for two hours.`;
    const document = await boss.upload(fileOf(`${name}.md`, text, 'text/markdown'), { title: `Letter about ${name}` });
    expect(await boss.ingested(document.documentId)).toMatchObject({ stage: 'ready' });
    const { passages } = await boss.client.request(kb.searchPassages, { query: `zephyrol infusion of ${name}` });
    expect(passages[0]?.text).toContain(name);

    model.pieces = ['The infusion of [NA', 'ME-1] ran for two hours [1', '].'];
    const conversation = await Conversation.open(boss);
    const complete = await conversation.answerTo(`How long did the zephyrol infusion of ${name} run? ${canaryNote}`);
    const { conversationId } = await conversation.next('message_start');
    expect(complete.content).toContain(name);
    expect(complete.content).not.toContain('NAME-1');
    expect(complete.citations.length).toBeGreaterThan(0);
    await conversation.answerTo(`And the zephyrol infusion of the one with ${canaryNote}?`, { conversationId });
    conversation.sendRaw(`{"type":"message","content":7,"name":"${name} ${email}"`);
    await sleep(300);
    answers.push(...conversation.frames.filter(({ type }) => type === 'error').map((frame) => JSON.stringify(frame)));
    conversation.close();
    await boss.client.request(rag.renameConversation, { conversationId, title: `About ${name}` });
  });

  it('go through an emergency: its reason, its patient, its review', async () => {
    const [nurse, officer] = [await boss.colleague('nurse', 'nadia'), await boss.colleague('privacy_officer', 'otto')];
    const { collectionId } = await boss.client.request(kb.createCollection, { name: 'Locked', description: `Letters about ${name}`, grants: { roles: [], userIds: [] } });
    const { emergency } = await nurse.client.request(auth.openEmergency, { collectionId, reason: `Needed at once: ${canaryNote}`.slice(0, 1_000), patient: name });
    await officer.client.request(auth.revokeEmergency, { emergencyId: emergency.emergencyId });
    const reviewed = await officer.client.request(auth.reviewEmergency, { emergencyId: emergency.emergencyId, verdict: 'justified', note: canaryNote.slice(0, 2_000) });
    expect(reviewed.reason).toContain(name);
  });

  it('reach no model', () => {
    expect(model.received.length).toBeGreaterThanOrEqual(2);
    expect(hits('model', model.received)).toEqual([]);
    expect(model.received.join('')).toContain('[NAME-1]');
  });

  it('come back in no error, header or address of any route', async () => {
    const passing = { email: 'vera@hospital.example', password: 'vera passes by and leaves again' };
    await boss.prepare(passing, 'Vera', 'viewer');
    for (const { route } of publicOperations) {
      const walker = endsSession.test(route.path) ? await Person.signIn(product, passing) : boss;
      const response = await knock(product, route, walker.tokens.accessToken).catch(() => null);
      if (response) answers.push(`${route.method} ${route.path} ${response.status} ${await givenAway(response)}`);
    }
    const odd: RequestInit[] = [
      { method: 'POST', body: `{"email":"${email}","password":"${canaryNote}`, headers: { 'content-type': 'application/json' } },
      { method: 'POST', body: JSON.stringify({ email, password: canaryNote }), headers: { 'content-type': 'application/json' } },
      { method: 'POST', body: canaryNote, headers: { 'content-type': 'text/plain' } },
      { method: 'POST', body: JSON.stringify({ email, password: name }), headers: { 'content-type': 'application/json', authorization: `Bearer ${name.replace(' ', '.')}`, cookie: `refresh=${encodeURIComponent(name)}`, 'x-request-id': name } },
    ];
    for (const request of odd) answers.push(await givenAway(await fetch(`${product.url}${auth.login.http.path}`, request)));
    for (const path of [`/${encodeURIComponent(name)}`, `/api/${encodeURIComponent(email)}?q=${encodeURIComponent(name)}`, `/api/kb/documents/${encodeURIComponent(name)}?token=${encodeURIComponent(email)}`]) answers.push(await givenAway(await fetch(`${product.url}${path}`)));
    const bad = await boss.client.upload(kb.uploadDocument, fileOf(`${name}.pdf`, `%PDF-1.7 ${canaryNote}`, 'application/pdf'), { title: name }).catch(() => null);
    if (bad) answers.push(JSON.stringify((await boss.ingested(bad.documentId)).failure));
    expect(answers.length).toBeGreaterThan(40);
    expect(hits('answer', answers)).toEqual([]);
  });

  it('stand in no number, key, value or subject', async () => {
    const doors = mode === 'standalone' ? [product.url] : Object.values(state().services).map(({ url }) => url);
    const numbers = await Promise.all(doors.map(async (url) => (await fetch(`${url}/metrics`)).text()));
    expect(numbers.every((text) => text.includes('process_resident_memory_bytes'))).toBe(true);
    expect(numbers.join('\n')).toContain('phi_gate_decisions');
    expect(hits('metrics', numbers)).toEqual([]);
    if (mode === 'standalone') return;
    const redis = await redisContents(state().infrastructure['redis']?.url ?? '');
    expect(redis.length).toBeGreaterThan(0);
    expect(hits('redis', redis)).toEqual([]);
    // nobody may subscribe to everything: what JetStream keeps has the subject of each message before its content
    const kept = filesUnder(join(product.dataFolder, 'nats')).map((file) => readFileSync(file, 'latin1'));
    expect(kept.join('')).toContain('va.v1.');
    expect(hits('nats', kept)).toEqual([]);
  });

  it('stand in no line of any log and in no span', async () => {
    await product.stop();
    readLog();
    stopReading();
    expect(product.log.length).toBeGreaterThan(1000);
    expect([...logged].slice(0, 10)).toEqual([]);
    expect(collector.received.join('')).toContain('va.v1.');
    expect(hits('span', collector.received)).toEqual([]);
  });
});

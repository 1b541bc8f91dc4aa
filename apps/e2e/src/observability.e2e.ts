import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { catalogue, kb, rag, realtime, socketPath } from '@voiceassist/contracts';
import { Conversation } from './house/conversation.js';
import { fileOf } from './house/documents.js';
import { countedTokens, ModelEndpoint } from './house/model-endpoint.js';
import { describedMetrics, seriesIn, type Series } from './house/numbers.js';
import { Person } from './house/person.js';
import { mode, Product, root } from './house/product.js';
import { orphansAmong, pathTo, spanKind, spansIn, type Span } from './house/spans.js';
import { TraceCollector } from './house/trace-collector.js';

/** Buckets of one histogram are one series; see docs/operations/series.md. */
const mostSeriesAtRest = mode === 'standalone' ? 300 : 200;
const question = 'How long did the zephyrol infusion run?';

interface DistributedState {
  readonly services: Record<string, { url: string }>;
}

describe(`traces, metrics and logs, ${mode}`, () => {
  let product: Product;
  let boss: Person;
  let model: ModelEndpoint;
  let collector: TraceCollector;
  let atRest: Map<string, Series[]>;
  let documentId: string;
  const requestId = `follow-${randomUUID()}`;
  let spans: Span[] = [];

  const doors = (): [string, string][] => {
    if (mode === 'standalone') return [['standalone', product.url]];
    const state = JSON.parse(readFileSync(join(product.dataFolder, 'distributed.json'), 'utf8')) as DistributedState;
    return Object.entries(state.services).map(([name, { url }]) => [name, url]);
  };
  const scrape = async (): Promise<Map<string, Series[]>> =>
    new Map(await Promise.all(doors().map(async ([name, url]) => [name, seriesIn(await (await fetch(`${url}/metrics`)).text())] as const)));

  /** Over server-sent events, under a request id of ours. */
  async function askOverHttp(): Promise<void> {
    const answer = await fetch(`${product.url}${rag.streamAnswer.http.path}`, {
      method: 'POST', headers: { authorization: `Bearer ${boss.tokens.accessToken}`, 'content-type': 'application/json', 'x-request-id': requestId },
      body: JSON.stringify({ content: question, clientMessageId: randomUUID() }), signal: AbortSignal.timeout(60_000),
    });
    expect(await answer.text()).toContain('event: message_complete');
  }

  beforeAll(async () => {
    [model, collector] = await Promise.all([ModelEndpoint.start(), TraceCollector.start()]);
    model.pieces = ['The zephyrol infusion ran for two hours [1', '].'];
    product = await Product.start({
      LLM_URL: model.url, LLM_MODEL: 'double', LLM_API_KEY: 'unused', LLM_PRICE_INPUT_PER_MILLION: '2', LLM_PRICE_OUTPUT_PER_MILLION: '4',
      ARGON2_MEMORY_KIB: '8192', ARGON2_PASSES: '1', LOG_LEVEL: 'debug', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '1000',
    });
    atRest = await scrape();
    boss = await Person.signIn(product);
    ({ documentId } = await boss.upload(fileOf('letter.md', '# Letter\n\nThe zephyrol infusion of the patient ran for two hours.', 'text/markdown'), { title: 'Letter' }));
    expect(await boss.ingested(documentId)).toMatchObject({ stage: 'ready' });
    const conversation = await Conversation.open(boss);
    await conversation.answerTo(question);
    conversation.close();
    await askOverHttp();
  }, 180_000);
  afterAll(async () => {
    await product?.discard();
    model?.stop();
    collector?.stop();
  });

  it('every process has numbers, few series at rest, and every series is in the reference with its labels', async () => {
    const known = describedMetrics();
    const subjects = new Set(catalogue.map(({ contract }) => contract.subject));
    const counts = Object.fromEntries([...atRest].map(([name, series]) => [name, series.length]));
    console.log(`series at rest ${JSON.stringify(counts)}`);
    for (const [name, series] of atRest) expect({ name, isFew: series.length < mostSeriesAtRest, count: series.length }).toMatchObject({ isFew: true });
    const after = await scrape();
    console.log(`series after the journey ${JSON.stringify(Object.fromEntries([...after].map(([name, series]) => [name, series.length])))}`);
    for (const { metric, labels } of [...after.values()].flat()) {
      const described = known.get(metric);
      expect({ metric, labels: Object.keys(labels).sort() }).toEqual({ metric, labels: described ? [...described.labels.keys()].sort() : 'in the reference' });
      for (const [label, value] of Object.entries(labels)) {
        const closed = described?.labels.get(label);
        if (closed) expect(closed).toContain(value);
        if (label === 'subject' || label === 'job') expect(subjects).toContain(value);
        expect(value).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}|@|\s[a-z]+\s[a-z]+\s/);
      }
    }
  });

  it('the product tells what it did: questions, verdicts, tokens, cost, stages, searches, ingestions, sign-ins', async () => {
    const read = async () => (await Promise.all(doors().map(async ([, url]) => (await fetch(`${url}/metrics`)).text()))).join('\n');
    let text = await read();
    const value = (series: string) => Number(new RegExp(`^${series.replace(/[{}"]/g, '\\$&')} (\\S+)$`, 'm').exec(text)?.[1]);
    // what was read from the database is told for ten seconds, and left out where a busy one does not answer in time
    const gauges = ['auth_sessions_active', 'audit_ledger_entries', 'kb_documents{state="ready"}'];
    for (const deadline = Date.now() + 30_000; Date.now() < deadline && !gauges.every((name) => value(name) > 0);) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      text = await read();
    }
    expect(value('rag_questions_total{mode="quick"}')).toBe(2);
    expect(value('rag_answers_total{verdict="supported"}')).toBe(2);
    expect(value('ai_model_tokens_total{provider="127.0.0.1",model="double",direction="output"}')).toBe(2 * countedTokens.completion_tokens);
    expect(value('ai_model_cost_usd_total{provider="127.0.0.1",model="double"}')).toBeCloseTo((2 * (11 * 2 + 7 * 4)) / 1_000_000, 9);
    expect(value('kb_documents{state="ready"}')).toBeGreaterThan(0);
    expect(value('realtime_sockets_opened_total{outcome="opened"}')).toBe(1);
    expect(value('auth_sign_ins_total{method="password",outcome="ok"}')).toBe(1);
    for (const name of ['rag_stage_duration_seconds_count{stage="retrieving"}', 'kb_search_stage_duration_seconds_count{stage="index"}', 'kb_ingestion_stage_duration_seconds_count{stage="extracting"}', 'rag_time_to_first_token_seconds_count{mode="quick"}', 'audit_ledger_entries', 'auth_sessions_active', 'jobs_concurrency_limit{service="kb-indexer"}', 'gateway_upload_bytes_total']) expect({ name, seen: value(name) > 0 }).toEqual({ name, seen: true });
    for (const name of ['dependency_up{service="kb-indexer",dependency="database",required="true"}', 'service_ready', 'build_info{version="0.1.0",service="kb-indexer"}']) expect({ name, value: value(name) }).toEqual({ name, value: 1 });
  });

  it('all spans arrive once the product has stopped, each with its parent', async () => {
    await product.stop();
    spans = spansIn(collector.received);
    expect(spans.length).toBeGreaterThan(100);
    expect(orphansAmong(spans).map((span) => `${span.process}: ${span.name}`)).toEqual([]);
  });

  it('a question over the socket is one trace from realtime to the model, and points to the opening of its socket at the door', () => {
    const begun = spans.filter(({ name }) => name === 'socket question');
    expect(begun).toHaveLength(1);
    const trace = spans.filter(({ traceId }) => traceId === begun[0]?.traceId);
    expectAnswer(trace);
    const opening = spans.find(({ spanId }) => spanId === begun[0]?.links[0]?.spanId);
    expect(opening?.name).toBe(`GET ${socketPath}`);
    const atDoor = spans.filter(({ traceId, parentSpanId }) => traceId === opening?.traceId && !parentSpanId);
    expect(atDoor.map(({ process }) => process)).toEqual([mode === 'standalone' ? 'standalone' : 'gateway']);
  });

  it('a question over HTTP is one trace from the door to the model', () => {
    const door = spans.filter(({ name }) => name === `POST ${rag.streamAnswer.http.path}`);
    expect(door).toHaveLength(1);
    expectAnswer(spans.filter(({ traceId }) => traceId === door[0]?.traceId));
  });

  function expectAnswer(trace: readonly Span[]): void {
    const { subject } = rag.streamAnswer;
    const named = (name: string, kind: number) => trace.filter((span) => span.name === name && span.kind === kind);
    expect(named(`send ${subject}`, spanKind.client)).toHaveLength(1);
    const [answering] = named(`process ${subject}`, spanKind.server);
    expect(answering?.attributes).toMatchObject({
      'messaging.system': mode === 'standalone' ? 'in_process' : 'nats', 'messaging.destination.name': subject, 'messaging.destination.template': subject, 'messaging.operation.name': 'process', 'messaging.operation.type': 'process', 'voiceassist.code': 'ok',
    });
    for (const stage of ['screening', 'retrieving', 'reading', 'answering', 'verifying']) expect(named(`answer ${stage}`, spanKind.internal)).toHaveLength(1);
    const [searching] = named(`process ${kb.searchPassages.subject}`, spanKind.server);
    expect(searching && pathTo(searching, trace)).toEqual(expect.arrayContaining([`send ${kb.searchPassages.subject}`, 'answer retrieving', `process ${subject}`]));
    const sql = trace.find((span) => span.attributes['db.system.name'] === 'postgresql' && pathTo(span, trace).includes('search passages'));
    expect(sql?.attributes['db.query.text']).toMatch(/^SELECT .* FROM passage .*\$5/);
    expectVectorStore(trace);
    const [asked] = named('chat double', spanKind.client);
    expect(asked?.attributes).toMatchObject({ 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'double', 'gen_ai.usage.output_tokens': countedTokens.completion_tokens });
    expect(asked && pathTo(asked, trace)).toContain('answer answering');
    const sent = trace.find((span) => span.attributes['http.request.method'] === 'POST' && span.kind === spanKind.client);
    expect(sent && pathTo(sent, trace)).toContain('chat double');
    expect(trace.filter(({ parentSpanId }) => !parentSpanId)).toHaveLength(1);
  }

  /** The encoder and the index, which in this mode may be another server than that of the passages. */
  function expectVectorStore(trace: readonly Span[]): void {
    const under = (stage: string) => trace.filter((span) => pathTo(span, trace).slice(1).includes(`search ${stage}`));
    expect(under('encode').map(({ attributes }) => attributes['gen_ai.operation.name'])).toEqual(['embeddings']);
    const asked = under('index').filter(({ attributes, kind }) => attributes['db.system.name'] === 'postgresql' && kind === spanKind.client);
    const nearest = asked.find(({ attributes }) => String(attributes['db.query.text']).includes('<=>'));
    expect(nearest?.attributes['db.query.text']).toMatch(/vector_index/);
    const [passages] = under('passages');
    const serverOf = (span: Span | undefined) => `${String(span?.attributes['server.address'])}:${String(span?.attributes['server.port'])}`;
    expect(serverOf(nearest) === serverOf(passages)).toBe(mode === 'standalone');
  }

  it('the limits of the door are asked of Redis within the trace of the question', () => {
    const [door] = spans.filter(({ name }) => name === `POST ${rag.streamAnswer.http.path}`);
    const asked = spans.filter((span) => span.traceId === door?.traceId && span.attributes['db.system.name'] === 'redis');
    const told = asked.map((span) => [span.process, span.attributes['db.query.text'], pathTo(span, spans).at(-1)].join(' '));
    expect([...new Set(told)]).toEqual(mode === 'standalone' ? [] : [`gateway evalsha ${door?.name}`]);
  });

  it('a job and the events of an upload stay in the trace of the request that caused them', () => {
    const door = spans.filter(({ name }) => name === `POST ${kb.uploadDocument.http.path}`);
    const trace = spans.filter(({ traceId }) => traceId === door[0]?.traceId);
    const worked = trace.find(({ name, kind }) => name === `process ${kb.ingestDocument.subject}` && kind === spanKind.consumer);
    expect(worked && pathTo(worked, trace)).toEqual(expect.arrayContaining([`send ${kb.ingestDocument.subject}`, `process ${kb.uploadDocument.subject}`, door[0]?.name]));
    expect(worked?.attributes).toMatchObject({ 'messaging.system': 'bullmq', 'messaging.consumer.group.name': 'kb-indexer' });
    const heard = trace.find(({ name, kind }) => name === 'process va.v1.admin.evt.audit.recorded.kb-indexer' && kind === spanKind.consumer);
    expect(heard && pathTo(heard, trace)).toContain('send va.v1.admin.evt.audit.recorded.kb-indexer');
  });

  it('keys in Redis show as commands', () => {
    if (mode === 'standalone') return;
    const asked = spans.filter((span) => span.attributes['db.system.name'] === 'redis' && pathTo(span, spans).includes(`GET ${socketPath}`));
    expect(asked.map(({ attributes }) => attributes['db.query.text'])).toEqual(expect.arrayContaining(['getdel', 'evalsha']));
    expect(spans.some(({ name, process }) => name === `process ${realtime.issueTicket.subject}` && process === 'realtime')).toBe(true);
  });

  it('one request can be followed through the logs of all services', () => {
    const file = join(product.dataFolder, 'all.log');
    writeFileSync(file, product.log);
    const story = execFileSync(process.execPath, [join(root, 'tools/dist/logs/main.js'), 'follow', requestId, '--from', file], { encoding: 'utf8' });
    const rows = story.split('\n').filter((row) => /^\s+\+\d+ ms/.test(row));
    for (const service of ['rag-orchestrator', 'kb-indexer']) expect(rows.some((row) => row.includes(`  ${service}`))).toBe(true);
    expect(rows.findIndex((row) => row.includes(kb.searchPassages.subject))).toBeLessThan(rows.findIndex((row) => row.includes(rag.streamAnswer.subject)));
    expect(rows.some((row) => row.includes(`POST ${rag.streamAnswer.http.path}`) && /200 .* ms/.test(row))).toBe(true);
    expect(rows.some((row) => /question answered .* supported .*\d ms/.test(row))).toBe(true);
  });
});

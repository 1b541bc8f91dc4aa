import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { root } from '../root.js';
import { collected, dockerLine, storedByLoki } from './log-route.js';
import { collectorSchema, jaegerSchema, lokiSchema } from './schemas.js';

const text = (path: string) => readFileSync(join(root, 'infra', path), 'utf8');
const read = (path: string): unknown => parse(text(path));
const collector = collectorSchema.parse(read('otel/collector.yaml'));
const { allowed_keys: allowedKeys, blocked_values: blockedValues } = collector.processors.redaction;
/** Go writes the flag in front, JavaScript beside. */
const patterns = blockedValues.map((value) => (value.startsWith('(?i)') ? new RegExp(value.slice(4), 'i') : new RegExp(value)));

/** Every part that a pipeline names is defined, and every part that is defined is used. */
function expectComplete(config: Record<'receivers' | 'processors' | 'exporters' | 'extensions', Record<string, unknown>> & { service: { extensions: string[]; pipelines: Record<string, Record<'receivers' | 'processors' | 'exporters', string[]>> } }): void {
  for (const part of ['receivers', 'processors', 'exporters'] as const) {
    expect(new Set(Object.values(config.service.pipelines).flatMap((pipeline) => pipeline[part]))).toEqual(new Set(Object.keys(config[part])));
  }
  expect(new Set(config.service.extensions)).toEqual(new Set(Object.keys(config.extensions)));
}

describe('the collector', () => {
  it('is whole', () => expectComplete(collector));

  it('redacts in every pipeline, after the limit on memory and before anything is batched or sent', () => {
    for (const { processors } of Object.values(collector.service.pipelines)) {
      expect(processors[0]).toBe('memory_limiter');
      expect(processors.indexOf('redaction')).toBeLessThan(processors.indexOf('batch'));
      expect(processors.at(-1)).toBe('batch');
    }
  });

  it.each(['password', 'authorization', 'content', 'question', 'answer', 'query', 'email', 'displayName', 'db.statement', 'title', 'fileName', 'url.full', 'url.query', 'exception.message', 'user_agent.original', 'client.address', 'enduser.id'])('does not let %s through', (key) => {
    expect(allowedKeys).not.toContain(key);
  });

  it.each(['voiceassist.request_id', 'voiceassist.code', 'http.response.status_code', 'http.route'])('lets %s through', (key) => {
    expect(allowedKeys).toContain(key);
  });

  it.each(['mia.jones@ward.example', '078-05-1120', '(555) 123-4567', 'MRN: 00458213', 'eyJhbGciOiJFZERTQSJ9.eyJzdWIi', 'Bearer abc.def'])('masks values such as %s', (value) => {
    expect(patterns.some((pattern) => pattern.test(value))).toBe(true);
  });

  it.each(['va.v1.kb.rpc.passages.search', '/api/kb/documents/:documentId', '01890a5d-ac96-774b-bcce-b302099a8057', 'POST', '2026-11-29T02:00:00.000Z', 'INTERNAL'])('leaves %s as it is', (value) => {
    expect(patterns.filter((pattern) => pattern.test(value))).toEqual([]);
  });
});

describe('Jaeger', () => {
  it('is whole and stores what it shows', () => {
    const config = jaegerSchema.parse(read('jaeger/jaeger.yaml'));
    expectComplete(config);
    const stores = Object.keys(config.extensions.jaeger_storage.backends);
    expect(stores).toContain(config.extensions.jaeger_query.storage.traces);
    expect(stores).toContain(config.exporters.jaeger_storage_exporter.trace_storage);
    expect(collector.exporters['otlp/jaeger'].endpoint.split(':')[1]).toBe(config.receivers.otlp.protocols.grpc?.endpoint.split(':')[1]);
  });
});

describe('Loki', () => {
  it('takes OTLP, keeps few labels and forgets in time', () => {
    const config = lokiSchema.parse(read('loki/loki.yaml'));
    expect(collector.exporters['otlphttp/loki'].endpoint).toBe(`http://loki:${config.server.http_listen_port}/otlp`);
    expect(config.limits_config.otlp_config.resource_attributes.attributes_config).toEqual([{ action: 'index_label', attributes: ['service.name', 'deployment.environment.name'] }]);
    expect(config.limits_config.retention_period).toBe('720h');
  });
});

describe('a line of the log', () => {
  const { operators } = collector.receivers.filelog;
  const indexed = lokiSchema.parse(read('loki/loki.yaml')).limits_config.otlp_config.resource_attributes.attributes_config.flatMap(({ attributes }) => attributes);
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  /** Grafana takes a dollar for itself unless it stands twice. */
  const { datasources } = parse(text('grafana/provisioning/datasources/datasources.yaml').replaceAll('$$', '$')) as { datasources: { uid: string; jsonData: Record<string, unknown> }[] }; // provisioning files have this form
  const settingsOf = <T>(uid: string, name: string) => datasources.find((each) => each.uid === uid)?.jsonData[name] as T; // the same

  /** As docs/operations/logging.md describes it. */
  const lineOf = (service?: string, id?: string) => JSON.stringify({
    level: 'info', time: '2026-11-29T10:00:00.123Z', process: 'standalone', ...(service && { service }),
    ...(id && { requestId: '01890a5d-ac96-774b-bcce-b302099a8057', traceId: id, spanId: 'b7ad6b7169203331' }), durationMs: 12, msg: 'question answered',
  });
  const stored = (log: string) => {
    const record = collected(operators, dockerLine(log));
    return record && storedByLoki(record, allowedKeys, indexed);
  };

  it('is kept as its message, by its service, with the ids of its trace beside it', () => {
    expect(stored(lineOf('rag-orchestrator', traceId))).toMatchObject({
      line: 'question answered', labels: { service_name: 'rag-orchestrator' }, metadata: { trace_id: traceId, span_id: 'b7ad6b7169203331', level: 'info', durationMs: '12' },
    });
  });

  it('of the process itself is kept by the name of the process, and needs no trace', () => {
    const line = stored(lineOf());
    expect(line?.labels).toEqual({ service_name: 'standalone' });
    expect(line?.metadata).not.toHaveProperty('trace_id');
  });

  it.each(['2026-11-29 10:00:00 UTC ERROR:  duplicate key, DETAIL:  Key (email)=(mia@ward.example) exists', '{"level":"info","msg":"handled request","time":"2026-11-29T10:00:00Z","request":{"uri":"/?name=Mia"}}'])('that another program wrote goes no further: %s', (log) => {
    expect(stored(log)).toBeNull();
  });

  it('leads to its trace in Grafana', () => {
    const fields = settingsOf<{ matcherType: string; matcherRegex: string; url: string; datasourceUid: string }[]>('loki', 'derivedFields');
    expect(fields).toMatchObject([{ matcherType: 'label', url: '${__value.raw}', datasourceUid: 'jaeger' }]);
    const line = stored(lineOf('auth', traceId));
    const shown = Object.entries({ ...line?.labels, ...line?.metadata });
    expect(shown.find(([name]) => new RegExp(fields[0]?.matcherRegex ?? '').test(name))?.[1]).toBe(traceId);
  });

  it('is found from its trace in Grafana', () => {
    const link = settingsOf<{ datasourceUid: string; filterByTraceID: boolean; customQuery: boolean; query: string }>('jaeger', 'tracesToLogsV2');
    expect(link).toMatchObject({ datasourceUid: 'loki', filterByTraceID: false, customQuery: true });
    const [, label, field, variable] = /^\{(\w+)=~"\.\+"\} \| (\w+)="\$\{([\w.]+)\}"$/.exec(link.query) ?? [];
    const line = stored(lineOf('auth', traceId));
    expect([line?.labels[label ?? ''], line?.metadata[field ?? ''], variable]).toEqual(['auth', traceId, '__trace.traceId']);
  });
});

describe('Grafana', () => {
  it('knows the stores under the names that boards use', () => {
    const { datasources } = read('grafana/provisioning/datasources/datasources.yaml') as { datasources: { uid: string; type: string; url: string }[] }; // provisioning files have this form
    expect(datasources.map(({ uid, type }) => [uid, type])).toEqual([['prometheus', 'prometheus'], ['loki', 'loki'], ['jaeger', 'jaeger'], ['alertmanager', 'alertmanager']]);
  });

  it('is not told to use Promtail', () => {
    for (const file of ['otel/collector.yaml', 'loki/loki.yaml', 'prometheus/prometheus.yml', 'grafana/provisioning/datasources/datasources.yaml']) expect(text(file).toLowerCase()).not.toContain('promtail');
  });
});

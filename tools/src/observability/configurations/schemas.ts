import { z } from 'zod';

/**
 * The parts of other people's configurations that we use, closed: a misspelt or invented key fails here.
 * Written from the published references of OpenTelemetry collector contrib, Loki 3 and Jaeger 2; the programs
 * themselves are not on this machine, so this proves spelling and shape, not behaviour.
 */
const duration = z.string().regex(/^\d+(ms|s|m|h)$/);
const endpoint = z.string().regex(/^(https?:\/\/)?[\w.-]+:\d+(\/\w+)?$/);
const names = z.array(z.string()).min(1);
const listen = z.strictObject({ endpoint });
const otlpReceiver = z.strictObject({ protocols: z.strictObject({ grpc: listen.optional(), http: listen.optional() }) });
const batch = z.strictObject({ send_batch_size: z.int(), send_batch_max_size: z.int().optional(), timeout: duration });
const logsTelemetry = z.strictObject({ level: z.enum(['debug', 'info', 'warn', 'error']) });
const pipeline = z.strictObject({ receivers: names, processors: names, exporters: names });
const sending = { sending_queue: z.strictObject({ enabled: z.boolean(), queue_size: z.int() }), retry_on_failure: z.strictObject({ enabled: z.boolean(), max_elapsed_time: duration }) };

const operator = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('container'), format: z.enum(['docker', 'crio', 'containerd']), add_metadata_from_filepath: z.boolean() }),
  z.strictObject({
    type: z.literal('json_parser'), if: z.string(), parse_to: z.string(),
    timestamp: z.strictObject({ parse_from: z.string(), layout_type: z.enum(['strptime', 'gotime', 'epoch']), layout: z.string() }),
    severity: z.strictObject({ parse_from: z.string() }),
  }),
  z.strictObject({ type: z.literal('filter'), expr: z.string() }),
  z.strictObject({ type: z.literal('trace_parser'), if: z.string(), trace_id: z.strictObject({ parse_from: z.string() }), span_id: z.strictObject({ parse_from: z.string() }) }),
  z.strictObject({ type: z.enum(['copy', 'move']), if: z.string().optional(), from: z.string(), to: z.string() }),
]);
export type LogOperator = z.infer<typeof operator>;

export const collectorSchema = z.strictObject({
  receivers: z.strictObject({ otlp: otlpReceiver, filelog: z.strictObject({ include: names, start_at: z.enum(['beginning', 'end']), include_file_path: z.boolean(), include_file_name: z.boolean(), operators: z.array(operator) }) }),
  processors: z.strictObject({
    memory_limiter: z.strictObject({ check_interval: duration, limit_mib: z.int(), spike_limit_mib: z.int() }),
    redaction: z.strictObject({ allow_all_keys: z.literal(false), allowed_keys: names, blocked_values: names, summary: z.enum(['debug', 'info', 'silent']) }),
    transform: z.strictObject({ error_mode: z.enum(['ignore', 'silent', 'propagate']), trace_statements: z.array(z.strictObject({ context: z.enum(['resource', 'scope', 'span', 'spanevent']), statements: z.array(z.string().regex(/^delete_key\(attributes, "[\w.]+"\)$/)) })) }),
    batch,
  }),
  exporters: z.strictObject({
    'otlp/jaeger': z.strictObject({ endpoint, tls: z.strictObject({ insecure: z.boolean() }), ...sending }),
    'otlphttp/loki': z.strictObject({ endpoint, ...sending }),
    prometheus: z.strictObject({ endpoint, resource_to_telemetry_conversion: z.strictObject({ enabled: z.boolean() }) }),
  }),
  extensions: z.strictObject({ health_check: listen }),
  service: z.strictObject({
    extensions: names,
    telemetry: z.strictObject({ logs: logsTelemetry, metrics: z.strictObject({ readers: z.array(z.strictObject({ pull: z.strictObject({ exporter: z.strictObject({ prometheus: z.strictObject({ host: z.string(), port: z.int() }) }) }) })) }) }),
    pipelines: z.strictObject({ traces: pipeline, metrics: pipeline, logs: pipeline }),
  }),
});

export const jaegerSchema = z.strictObject({
  service: z.strictObject({ extensions: names, pipelines: z.strictObject({ traces: pipeline }), telemetry: z.strictObject({ logs: logsTelemetry }) }),
  extensions: z.strictObject({
    healthcheckv2: z.strictObject({ use_v2: z.literal(true), http: listen }),
    jaeger_storage: z.strictObject({ backends: z.record(z.string(), z.strictObject({ badger: z.strictObject({ directories: z.strictObject({ keys: z.string(), values: z.string() }), ephemeral: z.boolean(), ttl: z.strictObject({ spans: duration }) }) })) }),
    jaeger_query: z.strictObject({ storage: z.strictObject({ traces: z.string() }), http: listen }),
  }),
  receivers: z.strictObject({ otlp: otlpReceiver }),
  processors: z.strictObject({ batch }),
  exporters: z.strictObject({ jaeger_storage_exporter: z.strictObject({ trace_storage: z.string() }) }),
});

export const lokiSchema = z.strictObject({
  auth_enabled: z.boolean(),
  server: z.strictObject({ http_listen_port: z.int(), grpc_listen_port: z.int(), log_level: z.enum(['debug', 'info', 'warn', 'error']) }),
  common: z.strictObject({
    path_prefix: z.string(), replication_factor: z.int(), ring: z.strictObject({ kvstore: z.strictObject({ store: z.literal('inmemory') }) }),
    storage: z.strictObject({ filesystem: z.strictObject({ chunks_directory: z.string(), rules_directory: z.string() }) }),
  }),
  schema_config: z.strictObject({ configs: z.array(z.strictObject({ from: z.string(), store: z.literal('tsdb'), object_store: z.literal('filesystem'), schema: z.literal('v13'), index: z.strictObject({ prefix: z.string(), period: z.literal('24h') }) })) }),
  ingester: z.strictObject({ wal: z.strictObject({ enabled: z.boolean(), dir: z.string(), flush_on_shutdown: z.boolean() }) }),
  limits_config: z.strictObject({
    allow_structured_metadata: z.literal(true), retention_period: duration, reject_old_samples: z.boolean(), reject_old_samples_max_age: duration,
    max_label_names_per_series: z.int(), max_line_size: z.string(), max_streams_per_user: z.int(), ingestion_rate_mb: z.int(), ingestion_burst_size_mb: z.int(), volume_enabled: z.boolean(), discover_service_name: z.array(z.string()),
    otlp_config: z.strictObject({ resource_attributes: z.strictObject({ ignore_defaults: z.boolean(), attributes_config: z.array(z.strictObject({ action: z.enum(['index_label', 'structured_metadata', 'drop']), attributes: names })) }) }),
  }),
  compactor: z.strictObject({ working_directory: z.string(), retention_enabled: z.literal(true), delete_request_store: z.literal('filesystem'), compaction_interval: duration, retention_delete_delay: duration }),
  analytics: z.strictObject({ reporting_enabled: z.literal(false) }),
});

/** What the product's own metrics are, as Prometheus shows them; alerts and boards may use no other name. */
export type MetricKind = 'counter' | 'gauge' | 'histogram';

const counters = [
  'bus_calls_total', 'gateway_rate_limited_total', 'gateway_refusals_total', 'gateway_upload_bytes_total', 'process_cpu_seconds_total',
  'job_attempts_total', 'event_deliveries_total', 'kv_failures_total', 'cache_requests_total',
  'rag_questions_total', 'rag_answers_total', 'rag_sentences_checked_total', 'rag_answers_repeated_total',
  'ai_model_requests_total', 'ai_model_tokens_total', 'ai_model_cost_usd_total', 'phi_gate_decisions_total', 'phi_gate_findings_total',
  'kb_ingestions_total', 'kb_file_scans_total', 'kb_pages_read_total', 'kb_searches_total',
  'realtime_sockets_opened_total', 'realtime_sockets_closed_total', 'realtime_messages_total',
  'auth_sign_ins_total', 'auth_factor_checks_total', 'auth_refreshes_total', 'emergency_access_opened_total', 'audit_records_total',
] as const;

const gauges = [
  'bus_calls_in_flight', 'nodejs_eventloop_lag_seconds', 'nodejs_eventloop_utilization_ratio', 'nodejs_heap_used_bytes', 'nodejs_heap_limit_bytes',
  'nodejs_active_resources', 'process_resident_memory_bytes', 'process_start_time_seconds', 'process_open_fds', 'build_info',
  'dependency_up', 'dependency_check_duration_seconds', 'service_ready', 'db_pool_connections', 'db_pool_limit', 'db_pool_waiting',
  'jobs', 'jobs_running', 'jobs_concurrency_limit', 'job_oldest_due_age_seconds', 'job_dead_letters',
  'outbox_backlog', 'outbox_oldest_age_seconds', 'event_dead_letters', 'rag_answers_in_flight', 'ai_circuit_open',
  'kb_documents', 'kb_passages', 'kb_ingestion_oldest_unfinished_age_seconds', 'realtime_sockets', 'realtime_streams',
  'auth_sessions_active', 'auth_revocation_feed_age_seconds', 'auth_locked_accounts', 'emergency_access_unreviewed', 'emergency_reviews_overdue', 'emergency_access_oldest_unreviewed_age_seconds',
  'audit_lag_seconds', 'audit_ledger_intact', 'audit_gaps', 'audit_last_verification_timestamp_seconds', 'audit_last_checkpoint_timestamp_seconds', 'audit_ledger_entries',
] as const;

const histograms = [
  'http_server_request_duration_seconds', 'bus_call_duration_seconds', 'nodejs_gc_duration_seconds', 'job_duration_seconds', 'kv_operation_duration_seconds',
  'rag_answer_citations', 'rag_stage_duration_seconds', 'rag_time_to_first_token_seconds', 'rag_answer_duration_seconds', 'ai_model_request_duration_seconds', 'ai_model_time_to_first_token_seconds',
  'kb_ingestion_stage_duration_seconds', 'kb_search_stage_duration_seconds', 'kb_search_results', 'auth_password_hash_duration_seconds',
] as const;

/** The names under which a histogram is scraped. */
const seriesOf = (histogram: string) => ['_bucket', '_sum', '_count'].map((ending) => `${histogram}${ending}`);

export const productMetrics: ReadonlyMap<string, MetricKind> = new Map<string, MetricKind>([
  ...counters.map((name) => [name, 'counter'] as const),
  ...gauges.map((name) => [name, 'gauge'] as const),
  ...histograms.map((name) => [name, 'histogram'] as const),
]);

/** Every name of the product that a query may select. */
export const productSeries: ReadonlySet<string> = new Set([...counters, ...gauges, ...histograms.flatMap(seriesOf)]);

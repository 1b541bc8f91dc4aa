/** Metrics of what we run but did not write: which exporter gives them, and which of its names we use. */
export interface Exporter {
  readonly name: string;
  /** Whether Debian has it, so that the end-to-end run can scrape it. */
  readonly inDebian: boolean;
  readonly metrics: readonly string[];
}

export const exporters: readonly Exporter[] = [
  { name: 'prometheus', inDebian: true, metrics: ['up', 'scrape_samples_scraped', 'scrape_duration_seconds', 'prometheus_tsdb_head_series', 'prometheus_notifications_errors_total', 'prometheus_rule_evaluation_failures_total', 'prometheus_config_last_reload_successful', 'ALERTS'] },
  { name: 'textfile of tools/deploy', inDebian: true, metrics: ['voiceassist_backup_last_success_timestamp_seconds', 'voiceassist_backup_size_bytes', 'voiceassist_backup_duration_seconds', 'voiceassist_restore_drill_last_success_timestamp_seconds'] },
  {
    name: 'node exporter', inDebian: true,
    metrics: ['node_cpu_seconds_total', 'node_filesystem_avail_bytes', 'node_filesystem_size_bytes', 'node_memory_MemAvailable_bytes', 'node_memory_MemTotal_bytes', 'node_load1', 'node_disk_io_time_seconds_total', 'node_network_receive_bytes_total', 'node_network_transmit_bytes_total'],
  },
  {
    name: 'postgres exporter', inDebian: true,
    metrics: ['pg_up', 'pg_stat_database_xact_commit', 'pg_stat_database_xact_rollback', 'pg_stat_database_deadlocks', 'pg_stat_database_blks_hit', 'pg_stat_database_blks_read', 'pg_stat_database_tup_inserted', 'pg_stat_database_tup_updated', 'pg_stat_database_tup_deleted', 'pg_stat_activity_count', 'pg_settings_max_connections', 'pg_database_size_bytes', 'pg_replication_lag', 'pg_replication_lag_seconds', 'pg_locks_count', 'pg_stat_activity_max_tx_duration'],
  },
  {
    name: 'redis exporter', inDebian: true,
    metrics: ['redis_up', 'redis_memory_used_bytes', 'redis_memory_max_bytes', 'redis_connected_clients', 'redis_commands_processed_total', 'redis_keyspace_hits_total', 'redis_keyspace_misses_total', 'redis_evicted_keys_total', 'redis_db_keys', 'redis_aof_last_write_status'],
  },
  { name: 'blackbox exporter', inDebian: true, metrics: ['probe_success', 'probe_ssl_earliest_cert_expiry', 'probe_duration_seconds'] },
  { name: 'prometheus-nats-exporter', inDebian: false, metrics: ['nats_varz_connections', 'nats_varz_in_msgs', 'nats_varz_slow_consumers', 'nats_server_jetstream_disabled', 'nats_consumer_num_pending', 'nats_consumer_num_ack_pending', 'nats_stream_total_bytes'] },
  { name: 'Qdrant', inDebian: false, metrics: ['collections_total', 'collections_vector_total', 'rest_responses_duration_seconds_sum', 'rest_responses_duration_seconds_count'] },
  {
    name: 'kube-state-metrics', inDebian: false,
    metrics: ['kube_horizontalpodautoscaler_status_current_replicas', 'kube_horizontalpodautoscaler_status_desired_replicas', 'kube_horizontalpodautoscaler_spec_max_replicas', 'kube_pod_container_resource_limits', 'kube_pod_container_resource_requests', 'kube_pod_container_status_restarts_total', 'kube_deployment_status_replicas_unavailable', 'kube_pod_status_phase', 'kube_poddisruptionbudget_status_pod_disruptions_allowed'],
  },
  { name: 'cAdvisor', inDebian: false, metrics: ['container_cpu_usage_seconds_total', 'container_cpu_cfs_throttled_periods_total', 'container_cpu_cfs_periods_total', 'container_memory_working_set_bytes'] },
];

/** The exporter of each outside metric. */
export const exporterOf: ReadonlyMap<string, Exporter> = new Map(exporters.flatMap((exporter) => exporter.metrics.map((metric) => [metric, exporter] as const)));

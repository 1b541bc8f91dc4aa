import { type Board, quantiles, rateOfFaults, show, window } from './panel.js';

const nats = { cluster: 'prometheus-nats-exporter' } as const;
const qdrant = { cluster: 'Qdrant' } as const;

export const storesBoard: Board = {
  uid: 'voiceassist-stores', title: 'Data stores', description: 'PostgreSQL, Redis, NATS, Qdrant, the host and its backups: room, load and age.',
  rows: {
    PostgreSQL: [
      { title: 'PostgreSQL answers', description: '1 when the exporter reaches it.', unit: 'bool_yes_no', shape: 'stat', queries: [show('max by (instance) (pg_up)', '{{instance}}')] },
      { title: 'Transactions', description: 'Committed and rolled back.', unit: 'ops', queries: [show(`sum by (datname) (rate(pg_stat_database_xact_commit[${window}]))`, '{{datname}} committed'), show(`sum by (datname) (rate(pg_stat_database_xact_rollback[${window}]))`, '{{datname}} rolled back')] },
      { title: 'Connections', description: 'Share of the connections that PostgreSQL allows.', unit: 'percentunit', queries: [show('sum(pg_stat_activity_count) / max(pg_settings_max_connections)', 'in use')] },
      { title: 'Read from memory', description: 'Share of the blocks that were found in memory.', unit: 'percentunit', queries: [show(`sum(rate(pg_stat_database_blks_hit[${window}])) / (sum(rate(pg_stat_database_blks_hit[${window}])) + sum(rate(pg_stat_database_blks_read[${window}])))`, 'share')] },
      { title: 'Rows written', description: 'Inserted, changed and deleted.', unit: 'ops', queries: [show(`sum(rate(pg_stat_database_tup_inserted[${window}]))`, 'inserted'), show(`sum(rate(pg_stat_database_tup_updated[${window}]))`, 'changed'), show(`sum(rate(pg_stat_database_tup_deleted[${window}]))`, 'deleted')] },
      { title: 'Size', description: 'Of each database.', unit: 'bytes', queries: [show('max by (datname) (pg_database_size_bytes)', '{{datname}}')] },
      { title: 'Longest transaction', description: 'How long the oldest open transaction has been open.', unit: 's', queries: [show('max by (datname) (pg_stat_activity_max_tx_duration)', '{{datname}}')] },
      { title: 'Replication lag', description: 'How far the standby is behind.', unit: 's', queries: [show('max by (instance) (pg_replication_lag) or max by (instance) (pg_replication_lag_seconds)', '{{instance}}')] },
      { title: 'Deadlocks', description: 'Transactions that locked each other out.', unit: 'ops', queries: [show(`sum by (datname) (rate(pg_stat_database_deadlocks[${window}]))`, '{{datname}}')] },
    ],
    Redis: [
      { title: 'Redis answers', description: '1 when the exporter reaches it.', unit: 'bool_yes_no', shape: 'stat', queries: [show('max by (instance) (redis_up)', '{{instance}}')] },
      { title: 'Redis memory', description: 'In use.', unit: 'bytes', queries: [show('max by (instance) (redis_memory_used_bytes)', '{{instance}}')] },
      { title: 'Commands', description: 'Processed by Redis.', unit: 'ops', queries: [show(`sum(rate(redis_commands_processed_total[${window}]))`, 'commands')] },
      { title: 'Keys', description: 'In each database of Redis.', unit: 'short', queries: [show('sum by (db) (redis_db_keys)', '{{db}}')] },
      { title: 'Keys pushed out', description: 'Keys removed because memory was short; there must be none.', unit: 'ops', queries: [show(`sum(rate(redis_evicted_keys_total[${window}]))`, 'keys')] },
      { title: 'Time of short-lived state', description: 'Operations on Redis, or on memory, as the services see them.', unit: 's', queries: quantiles('kv_operation_duration_seconds', 'store') },
      { title: 'Failures of short-lived state', description: 'Operations that failed, by store.', unit: 'ops', queries: [rateOfFaults('kv_failures_total', 'store', 'operation')] },
    ],
    'NATS and Qdrant': [
      { title: 'NATS connections', description: 'Clients connected.', unit: 'short', queries: [show('sum(nats_varz_connections)', 'clients')], needs: nats },
      { title: 'NATS messages', description: 'Messages received.', unit: 'ops', queries: [show(`sum(rate(nats_varz_in_msgs[${window}]))`, 'in')], needs: nats },
      { title: 'NATS waiting', description: 'Stored events that a service has not taken yet.', unit: 'short', queries: [show('sum by (consumer_name) (nats_consumer_num_pending)', '{{consumer_name}}')], needs: nats },
      { title: 'NATS slow consumers', description: 'Clients cut off because they read too slowly.', unit: 'short', queries: [show('sum(nats_varz_slow_consumers)', 'clients')], needs: nats },
      { title: 'Vectors', description: 'Vectors in Qdrant.', unit: 'short', queries: [show('sum(collections_vector_total)', 'vectors')], needs: qdrant },
      { title: 'Time of Qdrant', description: 'Mean of its answers by endpoint.', unit: 's', queries: [show(`sum by (endpoint) (rate(rest_responses_duration_seconds_sum[${window}])) / sum by (endpoint) (rate(rest_responses_duration_seconds_count[${window}]))`, '{{endpoint}}')], needs: qdrant },
    ],
    'Host and backups': [
      { title: 'Host processor', description: 'Share of the processors in use.', unit: 'percentunit', queries: [show(`1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[${window}]))`, '{{instance}}')] },
      { title: 'Host memory', description: 'Share of the memory in use.', unit: 'percentunit', queries: [show('1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes', '{{instance}}')] },
      { title: 'Disk left', description: 'Share of each file system that is free.', unit: 'percentunit', queries: [show('min by (mountpoint) (node_filesystem_avail_bytes{fstype!~"tmpfs|ramfs|squashfs"} / node_filesystem_size_bytes{fstype!~"tmpfs|ramfs|squashfs"})', '{{mountpoint}}')] },
      { title: 'Age of the backup', description: 'Since the last backup that succeeded.', unit: 's', shape: 'stat', queries: [show('time() - voiceassist_backup_last_success_timestamp_seconds', '{{instance}}')] },
      { title: 'Size of the backup', description: 'And how long it took.', unit: 'bytes', queries: [show('voiceassist_backup_size_bytes', '{{instance}}')] },
      { title: 'Time of the backup', description: 'How long the last backup took.', unit: 's', queries: [show('voiceassist_backup_duration_seconds', '{{instance}}')] },
      { title: 'Age of the restore drill', description: 'Since a backup was last restored on trial.', unit: 's', shape: 'stat', queries: [show('time() - voiceassist_restore_drill_last_success_timestamp_seconds', '{{instance}}')] },
    ],
  },
};

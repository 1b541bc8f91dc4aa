import { type AlertGroup, steady } from './alert.js';

/** Databases, the bus's exporter and the host they stand on. */
export const storeAlerts: AlertGroup = {
  name: 'stores',
  alerts: [
    {
      name: 'PostgresDown', expression: 'pg_up == 0', for: '1m', severity: 'page', team: 'platform', runbook: 'postgres-down',
      summary: 'PostgreSQL does not answer', description: 'The exporter has not reached PostgreSQL for a minute. Nothing can be signed in to, asked or audited.',
      fires: { at: '5m', series: { 'pg_up{job="postgres",instance="postgres"}': steady(0) }, instances: [{ job: 'postgres', instance: 'postgres' }] },
      silent: { at: '5m', series: { 'pg_up{job="postgres",instance="postgres"}': steady(1) } },
    },
    {
      name: 'PostgresConnectionsHigh', expression: 'sum by (instance) (pg_stat_activity_count) / max by (instance) (pg_settings_max_connections) > 0.85', for: '5m', severity: 'ticket', team: 'platform', runbook: 'postgres-connections-high',
      summary: 'PostgreSQL is running out of connections', description: 'More than 85 % of the connections that PostgreSQL allows have been in use for five minutes.',
      fires: { at: '10m', series: { 'pg_stat_activity_count{instance="postgres",state="idle"}': steady(90), 'pg_settings_max_connections{instance="postgres"}': steady(100) }, instances: [{ instance: 'postgres' }] },
      silent: { at: '10m', series: { 'pg_stat_activity_count{instance="postgres",state="idle"}': steady(40), 'pg_settings_max_connections{instance="postgres"}': steady(100) } },
    },
    {
      name: 'ReplicationLag', expression: '(max by (instance) (pg_replication_lag) or max by (instance) (pg_replication_lag_seconds)) > 30', for: '2m', severity: 'page', team: 'platform', runbook: 'replication-lag',
      summary: 'the standby {{ $labels.instance }} is behind', description: 'The standby has been more than thirty seconds behind for two minutes: a failover now would lose that much, or wait for it.',
      fires: { at: '5m', series: { 'pg_replication_lag{instance="standby"}': steady(120) }, instances: [{ instance: 'standby' }] },
      silent: { at: '5m', series: { 'pg_replication_lag{instance="standby"}': steady(0.2) } },
    },
    {
      name: 'PostgresDeadlocks', expression: 'sum by (datname) (increase(pg_stat_database_deadlocks[15m])) > 5', severity: 'ticket', team: 'platform', runbook: 'postgres-deadlocks',
      summary: 'transactions lock each other out in {{ $labels.datname }}', description: 'More than five deadlocks within fifteen minutes.',
      fires: { at: '20m', series: { 'pg_stat_database_deadlocks{datname="voiceassist"}': '0+1x600' }, instances: [{ datname: 'voiceassist' }] },
      silent: { at: '20m', series: { 'pg_stat_database_deadlocks{datname="voiceassist"}': steady(7) } },
    },
    {
      name: 'RedisDown', expression: 'redis_up == 0', for: '1m', severity: 'page', team: 'platform', runbook: 'redis-down',
      summary: 'Redis does not answer', description: 'The exporter has not reached Redis for a minute. Tickets, limits, one-time challenges and the dispatch of jobs need it; nothing is lost with it.',
      fires: { at: '5m', series: { 'redis_up{instance="redis"}': steady(0) }, instances: [{ instance: 'redis' }] },
      silent: { at: '5m', series: { 'redis_up{instance="redis"}': steady(1) } },
    },
    {
      name: 'RedisMemoryHigh', expression: 'redis_memory_used_bytes / (redis_memory_max_bytes > 0) > 0.9', for: '5m', severity: 'ticket', team: 'platform', runbook: 'redis-memory-high',
      summary: 'Redis is almost full', description: 'More than nine tenths of the memory that Redis may use have been in use for five minutes; it refuses writes when nothing is left.',
      fires: { at: '10m', series: { 'redis_memory_used_bytes{instance="redis"}': steady(95), 'redis_memory_max_bytes{instance="redis"}': steady(100) }, instances: [{ instance: 'redis' }] },
      silent: { at: '10m', series: { 'redis_memory_used_bytes{instance="redis"}': steady(95), 'redis_memory_max_bytes{instance="redis"}': steady(0) } },
    },
    {
      name: 'NatsSlowConsumers', expression: 'increase(nats_varz_slow_consumers[10m]) > 0', severity: 'ticket', team: 'platform', runbook: 'nats-slow-consumers',
      summary: 'NATS cut off a client that read too slowly', description: 'A service could not keep up and lost messages of the kind that is not stored; its callers saw timeouts.',
      fires: { at: '15m', series: { 'nats_varz_slow_consumers{instance="nats"}': '0x20 2x600' }, instances: [{ instance: 'nats' }] },
      silent: { at: '30m', series: { 'nats_varz_slow_consumers{instance="nats"}': steady(2) } },
    },
    {
      name: 'DiskAlmostFull', expression: 'node_filesystem_avail_bytes{fstype!~"tmpfs|ramfs|overlay|squashfs"} / node_filesystem_size_bytes{fstype!~"tmpfs|ramfs|overlay|squashfs"} < 0.05', for: '5m', severity: 'page', team: 'platform', runbook: 'disk-full',
      summary: 'a disk is full: {{ $labels.mountpoint }}', description: 'Less than a twentieth of a file system is left. PostgreSQL stops when it cannot write.',
      labels: { kind: 'disk' },
      fires: { at: '10m', series: { 'node_filesystem_avail_bytes{instance="host",fstype="ext4",mountpoint="/var"}': steady(3), 'node_filesystem_size_bytes{instance="host",fstype="ext4",mountpoint="/var"}': steady(100) }, instances: [{ instance: 'host', fstype: 'ext4', mountpoint: '/var' }] },
      silent: { at: '10m', series: { 'node_filesystem_avail_bytes{instance="host",fstype="ext4",mountpoint="/var"}': steady(40), 'node_filesystem_size_bytes{instance="host",fstype="ext4",mountpoint="/var"}': steady(100) } },
    },
    {
      name: 'DiskFillsUp', expression: 'predict_linear(node_filesystem_avail_bytes{fstype!~"tmpfs|ramfs|overlay|squashfs"}[3h], 86400) < 0', for: '30m', severity: 'ticket', team: 'platform', runbook: 'disk-full',
      summary: 'a disk will be full tomorrow: {{ $labels.mountpoint }}', description: 'At the pace of the last three hours the file system is full within a day.',
      labels: { kind: 'disk' },
      fires: { at: '4h', sample: '1m', series: { 'node_filesystem_avail_bytes{instance="host",fstype="ext4",mountpoint="/var"}': '1000-1x250' }, instances: [{ instance: 'host', fstype: 'ext4', mountpoint: '/var' }] },
      silent: { at: '4h', sample: '1m', series: { 'node_filesystem_avail_bytes{instance="host",fstype="ext4",mountpoint="/var"}': '1000+0x250' } },
    },
    {
      name: 'MemoryShort', expression: 'node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes < 0.1', for: '10m', severity: 'ticket', team: 'platform', runbook: 'memory-short',
      summary: 'the machine {{ $labels.instance }} has little memory left', description: 'Less than a tenth of the memory has been free for ten minutes; the kernel ends processes when nothing is left.',
      fires: { at: '15m', series: { 'node_memory_MemAvailable_bytes{instance="host"}': steady(5), 'node_memory_MemTotal_bytes{instance="host"}': steady(100) }, instances: [{ instance: 'host' }] },
      silent: { at: '15m', series: { 'node_memory_MemAvailable_bytes{instance="host"}': steady(50), 'node_memory_MemTotal_bytes{instance="host"}': steady(100) } },
    },
  ],
};

import { serviceNames } from '../../distributed/environment.js';
import { switchedOff } from '../recording-rules.js';
import { type AlertGroup, steady } from './alert.js';

const job = 'job="voiceassist"';
const missing = serviceNames.map((service) => `absent(up{${job},service="${service}"})`).join(' or ');
const upExcept = (...missingNames: string[]) => Object.fromEntries(serviceNames.filter((name) => !missingNames.includes(name)).map((name) => [`up{${job},service="${name}"}`, steady(1)]));

/** The eight processes: are they there, ready, and able to breathe? */
export const serviceAlerts: AlertGroup = {
  name: 'services',
  alerts: [
    {
      name: 'ServiceDown', expression: `up{${job}} == 0`, for: '1m', severity: 'page', team: 'platform', runbook: 'service-down',
      summary: '{{ $labels.service }} does not answer', description: 'Prometheus could not read the numbers of this process for a minute: it has stopped, hangs, or cannot be reached.',
      fires: { at: '5m', series: { [`up{${job},service="auth"}`]: steady(0) }, instances: [{ job: 'voiceassist', service: 'auth' }] },
      silent: { at: '5m', series: { [`up{${job},service="auth"}`]: steady(1) } },
    },
    {
      name: 'TargetMissing', expression: `(${missing}) unless on (service) ${switchedOff} unless on () up{${job},service="standalone"}`, for: '2m', severity: 'page', team: 'platform', runbook: 'target-missing',
      summary: 'no process of {{ $labels.service }} is seen', description: 'Prometheus has known no process of one of the eight services for two minutes: all of them are gone, or it does not look for them. None of the other alerts of that service can fire.',
      fires: { at: '10m', series: { ...upExcept('realtime', 'integrations'), [`${switchedOff}{service="integrations"}`]: steady(1) }, instances: [{ job: 'voiceassist', service: 'realtime' }] },
      silent: { at: '10m', series: { [`up{${job},service="standalone"}`]: steady(1) } },
    },
    {
      name: 'ServiceNotReady', expression: 'service_ready == 0', for: '2m', severity: 'page', team: 'platform', runbook: 'service-not-ready',
      summary: '{{ $labels.service }} runs but is not ready', description: 'The process answers and says that it cannot do its work: a required dependency is down, or it has been starting or draining for two minutes.',
      fires: { at: '5m', series: { 'service_ready{service="kb-indexer"}': steady(0) }, instances: [{ service: 'kb-indexer' }] },
      silent: { at: '5m', series: { 'service_ready{service="kb-indexer"}': steady(1) } },
    },
    {
      name: 'DependencyDown', expression: 'dependency_up{required="true"} == 0', for: '1m', severity: 'page', team: 'platform', runbook: 'dependency-down',
      summary: '{{ $labels.service }} cannot reach {{ $labels.dependency }}', description: 'A dependency without which the service does not work has failed its readiness check for a minute.',
      fires: { at: '5m', series: { 'dependency_up{service="users",dependency="database",required="true"}': steady(0) }, instances: [{ service: 'users', dependency: 'database', required: 'true' }] },
      silent: { at: '5m', series: { 'dependency_up{service="users",dependency="database",required="true"}': steady(1), 'dependency_up{service="rag-orchestrator",dependency="model",required="false"}': steady(0) } },
    },
    {
      name: 'OptionalDependencyDown', expression: 'dependency_up{required="false"} == 0', for: '10m', severity: 'ticket', team: 'platform', runbook: 'dependency-down',
      summary: '{{ $labels.service }} works without {{ $labels.dependency }}', description: 'A dependency that the service can do without has been down for ten minutes; something is degraded.',
      fires: { at: '15m', series: { 'dependency_up{service="rag-orchestrator",dependency="model",required="false"}': steady(0) }, instances: [{ service: 'rag-orchestrator', dependency: 'model', required: 'false' }] },
      silent: { at: '15m', series: { 'dependency_up{service="rag-orchestrator",dependency="model",required="false"}': '0x20 1x600' } },
    },
    {
      name: 'ServiceRestartsOften', expression: `changes(process_start_time_seconds{${job}}[15m]) > 2`, severity: 'page', team: 'platform', runbook: 'service-restarts-often',
      summary: '{{ $labels.service }} keeps starting again', description: 'The process was started more than twice within fifteen minutes.',
      fires: { at: '12m', series: { [`process_start_time_seconds{${job},service="gateway"}`]: '100x8 200x8 300x8 400x100' }, instances: [{ job: 'voiceassist', service: 'gateway' }] },
      silent: { at: '12m', series: { [`process_start_time_seconds{${job},service="gateway"}`]: '100x8 200x600' } },
    },
    {
      name: 'EventLoopLag', expression: 'nodejs_eventloop_lag_seconds{quantile="0.99"} > 0.5', for: '5m', severity: 'ticket', team: 'platform', runbook: 'event-loop-lag',
      summary: 'the event loop of {{ $labels.service }} is late', description: 'For five minutes one in a hundred turns of the event loop came more than half a second late: everything that process does is slow.',
      fires: { at: '10m', series: { 'nodejs_eventloop_lag_seconds{service="kb-indexer",quantile="0.99"}': steady(0.8) }, instances: [{ service: 'kb-indexer', quantile: '0.99' }] },
      silent: { at: '10m', series: { 'nodejs_eventloop_lag_seconds{service="kb-indexer",quantile="0.99"}': steady(0.03), 'nodejs_eventloop_lag_seconds{service="kb-indexer",quantile="1"}': steady(0.9) } },
    },
    {
      name: 'DatabasePoolExhausted', expression: 'sum by (service) (db_pool_waiting) > 0 and service:db_pool_used:ratio >= 1', for: '2m', severity: 'page', team: 'platform', runbook: 'database-pool-exhausted',
      summary: '{{ $labels.service }} waits for database connections', description: 'Every connection of the pool is in use and queries wait for one.',
      fires: { at: '5m', series: { 'db_pool_waiting{service="auth"}': steady(4), 'db_pool_connections{service="auth",state="used"}': steady(10), 'db_pool_limit{service="auth"}': steady(10) }, instances: [{ service: 'auth' }] },
      silent: { at: '5m', series: { 'db_pool_waiting{service="auth"}': steady(4), 'db_pool_connections{service="auth",state="used"}': steady(3), 'db_pool_limit{service="auth"}': steady(10) } },
    },
    {
      name: 'HeapAlmostFull', expression: 'nodejs_heap_used_bytes / nodejs_heap_limit_bytes > 0.9', for: '5m', severity: 'page', team: 'platform', runbook: 'heap-almost-full',
      summary: '{{ $labels.service }} is about to run out of memory', description: 'More than nine tenths of the heap that Node may use have been in use for five minutes; the process ends when nothing is left.',
      fires: { at: '10m', series: { 'nodejs_heap_used_bytes{service="kb-indexer"}': steady(950), 'nodejs_heap_limit_bytes{service="kb-indexer"}': steady(1000) }, instances: [{ service: 'kb-indexer' }] },
      silent: { at: '10m', series: { 'nodejs_heap_used_bytes{service="kb-indexer"}': steady(500), 'nodejs_heap_limit_bytes{service="kb-indexer"}': steady(1000) } },
    },
    {
      name: 'InternalErrors', expression: 'sum by (subject) (rate(bus_calls_total{side="server",code="INTERNAL"}[5m])) > 0.05', for: '5m', severity: 'ticket', team: 'platform', runbook: 'internal-errors',
      summary: '{{ $labels.subject }} fails with errors nobody declared', description: 'INTERNAL is what a caller hears of a bug: more than three a minute for five minutes.',
      fires: { at: '15m', series: { 'bus_calls_total{service="users",subject="va.v1.users.rpc.profiles.read",side="server",code="INTERNAL"}': '0+5x600' }, instances: [{ subject: 'va.v1.users.rpc.profiles.read' }] },
      silent: { at: '15m', series: { 'bus_calls_total{service="users",subject="va.v1.users.rpc.profiles.read",side="server",code="USER_NOT_FOUND"}': '0+50x600' } },
    },
    {
      name: 'RateLimitBurst', expression: 'sum by (limit) (rate(gateway_rate_limited_total[5m])) > 5', for: '5m', severity: 'ticket', team: 'platform', runbook: 'rate-limit-burst',
      summary: 'many requests are refused by the limit {{ $labels.limit }}', description: 'More than five requests a second have been refused by one limit for five minutes: a loop in a client, or somebody trying.',
      fires: { at: '15m', series: { 'gateway_rate_limited_total{service="gateway",limit="credentials"}': '0+600x600' }, instances: [{ limit: 'credentials' }] },
      silent: { at: '15m', series: { 'gateway_rate_limited_total{service="gateway",limit="credentials"}': '0+60x600' } },
    },
  ],
};

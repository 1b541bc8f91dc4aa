import { type AlertGroup, steady } from './alert.js';

/** Events, jobs and short-lived state: does what was promised arrive? */
export const deliveryAlerts: AlertGroup = {
  name: 'delivery',
  alerts: [
    {
      name: 'OutboxOld', expression: 'outbox_oldest_age_seconds > 60', for: '1m', severity: 'page', team: 'platform', runbook: 'outbox-old',
      summary: 'events of {{ $labels.service }} are not told', description: 'The oldest event in the outbox is more than a minute old: other services, and the audit, do not learn what happened. Nothing is lost yet.',
      fires: { at: '5m', series: { 'outbox_oldest_age_seconds{service="auth"}': steady(90) }, instances: [{ service: 'auth' }] },
      silent: { at: '5m', series: { 'outbox_oldest_age_seconds{service="auth"}': steady(4) } },
    },
    {
      name: 'EventDeadLetters', expression: 'event_dead_letters > 0', for: '5m', severity: 'ticket', team: 'platform', runbook: 'event-dead-letters',
      summary: 'events for {{ $labels.service }} were laid aside', description: 'Events failed at every attempt and wait for a person.',
      fires: { at: '10m', series: { 'event_dead_letters{service="users"}': steady(2) }, instances: [{ service: 'users' }] },
      silent: { at: '10m', series: { 'event_dead_letters{service="users"}': steady(0) } },
    },
    {
      name: 'JobDeadLetters', expression: 'job_dead_letters > 0', for: '5m', severity: 'ticket', team: 'platform', runbook: 'job-dead-letters',
      summary: 'jobs of {{ $labels.service }} have given up', description: 'Jobs used up their attempts and will not be tried again by themselves.',
      fires: { at: '10m', series: { 'job_dead_letters{service="kb-indexer"}': steady(1) }, instances: [{ service: 'kb-indexer' }] },
      silent: { at: '10m', series: { 'job_dead_letters{service="kb-indexer"}': steady(0) } },
    },
    {
      name: 'JobsOverdue', expression: 'job_oldest_due_age_seconds > 300', for: '5m', severity: 'ticket', team: 'platform', runbook: 'jobs-overdue',
      summary: 'jobs of {{ $labels.service }} wait too long', description: 'The oldest job that may run has waited for more than five minutes: no worker takes it.',
      fires: { at: '10m', series: { 'job_oldest_due_age_seconds{service="kb-indexer"}': steady(900) }, instances: [{ service: 'kb-indexer' }] },
      silent: { at: '10m', series: { 'job_oldest_due_age_seconds{service="kb-indexer"}': steady(20) } },
    },
    {
      name: 'KeyValueFailing', expression: 'sum by (service, store) (rate(kv_failures_total[5m])) > 0.1', for: '5m', severity: 'page', team: 'platform', runbook: 'key-value-failing',
      summary: 'short-lived state of {{ $labels.service }} fails', description: 'Tickets, limits, one-time challenges and caches live there; operations have been failing for five minutes.',
      fires: { at: '15m', series: { 'kv_failures_total{service="gateway",store="redis",operation="get"}': '0+60x600' }, instances: [{ service: 'gateway', store: 'redis' }] },
      silent: { at: '15m', series: { 'kv_failures_total{service="gateway",store="redis",operation="get"}': steady(3) } },
    },
    {
      name: 'RevocationFeedStale', expression: 'auth_revocation_feed_age_seconds > 30', for: '1m', severity: 'page', team: 'privacy', runbook: 'revocation-feed-stale',
      summary: '{{ $labels.service }} does not hear of ended sessions', description: 'An edge has not read the list of revoked sessions for half a minute; it refuses access rather than trust old news, so people are locked out.',
      fires: { at: '5m', series: { 'auth_revocation_feed_age_seconds{service="realtime"}': steady(80) }, instances: [{ service: 'realtime' }] },
      silent: { at: '5m', series: { 'auth_revocation_feed_age_seconds{service="realtime"}': steady(0.5) } },
    },
    {
      name: 'SocketDrops', expression: 'sum(rate(realtime_sockets_closed_total{code=~"1006|1009|1011|4429|other"}[10m])) > 0.2 and sum(rate(realtime_sockets_closed_total{code=~"1006|1009|1011|4429|other"}[10m])) / sum(rate(realtime_sockets_closed_total[10m])) > 0.3', for: '5m', severity: 'ticket', team: 'platform', runbook: 'socket-drops',
      summary: 'sockets break instead of closing', description: 'Close to a third of the sockets that end, end without a goodbye or by a fault, for five minutes. Answers are resumed, but people see the connection flicker.',
      fires: { at: '20m', series: { 'realtime_sockets_closed_total{service="realtime",code="1006"}': '0+30x600', 'realtime_sockets_closed_total{service="realtime",code="1000"}': '0+30x600' }, instances: [{}] },
      silent: { at: '20m', series: { 'realtime_sockets_closed_total{service="realtime",code="1006"}': '0+1x600', 'realtime_sockets_closed_total{service="realtime",code="1000"}': '0+300x600' } },
    },
  ],
};

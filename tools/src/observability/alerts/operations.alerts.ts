import { type AlertGroup, steady } from './alert.js';

const days = (count: number) => count * 86_400;

/** Backups, certificates, the door from outside, and the watch itself. */
export const operationsAlerts: AlertGroup = {
  name: 'operations',
  alerts: [
    {
      name: 'BackupOld', expression: 'time() - voiceassist_backup_last_success_timestamp_seconds > 93600', for: '5m', severity: 'page', team: 'platform', runbook: 'backup-old',
      summary: 'there is no backup of the last day', description: 'The last backup that succeeded is more than 26 hours old.',
      fires: { at: '10m', series: { 'voiceassist_backup_last_success_timestamp_seconds{instance="host"}': steady(-100_000) }, instances: [{ instance: 'host' }] },
      silent: { at: '10m', series: { 'voiceassist_backup_last_success_timestamp_seconds{instance="host"}': steady(-50_000) } },
    },
    {
      name: 'BackupUnknown', expression: 'absent(voiceassist_backup_last_success_timestamp_seconds)', for: '1d', severity: 'ticket', team: 'platform', runbook: 'backup-old',
      summary: 'nobody reports backups', description: 'For a day there has been no number about backups: none was ever made, or its report does not reach the node exporter.',
      fires: { at: '25h', sample: '1m', series: { 'up{job="voiceassist",service="auth"}': '1+0x1600' }, instances: [{}] },
      silent: { at: '25h', sample: '1m', series: { 'voiceassist_backup_last_success_timestamp_seconds{instance="host"}': '1+0x1600' } },
    },
    {
      name: 'BackupShrank', expression: 'voiceassist_backup_size_bytes < 0.5 * max_over_time(voiceassist_backup_size_bytes[7d])', for: '5m', severity: 'ticket', team: 'platform', runbook: 'backup-shrank',
      summary: 'the backup is half as big as it was', description: 'The last backup has less than half the size of the biggest of the week: something may be missing from it.',
      fires: { at: '30m', series: { 'voiceassist_backup_size_bytes{instance="host"}': '1000x20 100x600' }, instances: [{ instance: 'host' }] },
      silent: { at: '30m', series: { 'voiceassist_backup_size_bytes{instance="host"}': '1000x20 900x600' } },
    },
    {
      name: 'RestoreDrillOld', expression: `time() - voiceassist_restore_drill_last_success_timestamp_seconds > ${days(35)}`, for: '5m', severity: 'ticket', team: 'platform', runbook: 'restore-drill-old',
      summary: 'no backup was restored on trial for five weeks', description: 'A backup that was never restored is a hope. The last drill that succeeded is more than 35 days ago.',
      fires: { at: '10m', series: { 'voiceassist_restore_drill_last_success_timestamp_seconds{instance="host"}': steady(-days(36)) }, instances: [{ instance: 'host' }] },
      silent: { at: '10m', series: { 'voiceassist_restore_drill_last_success_timestamp_seconds{instance="host"}': steady(-days(20)) } },
    },
    {
      name: 'CertificateExpires', expression: `probe_ssl_earliest_cert_expiry - time() < ${days(14)}`, for: '1h', severity: 'ticket', team: 'platform', runbook: 'certificate-expires',
      summary: 'a certificate of {{ $labels.instance }} ends within two weeks', description: 'Renewal should have happened by itself and did not.',
      labels: { kind: 'certificate' },
      fires: { at: '2h', series: { 'probe_ssl_earliest_cert_expiry{instance="edge"}': steady(days(10)) }, instances: [{ instance: 'edge' }] },
      silent: { at: '2h', series: { 'probe_ssl_earliest_cert_expiry{instance="edge"}': steady(days(60)) } },
    },
    {
      name: 'CertificateExpiresSoon', expression: `probe_ssl_earliest_cert_expiry - time() < ${days(3)}`, for: '10m', severity: 'page', team: 'platform', runbook: 'certificate-expires',
      summary: 'a certificate of {{ $labels.instance }} ends within three days', description: 'After that no browser opens the product.',
      labels: { kind: 'certificate' },
      fires: { at: '30m', series: { 'probe_ssl_earliest_cert_expiry{instance="edge"}': steady(days(2)) }, instances: [{ instance: 'edge' }] },
      silent: { at: '30m', series: { 'probe_ssl_earliest_cert_expiry{instance="edge"}': steady(days(10)) } },
    },
    {
      name: 'EdgeUnreachable', expression: 'probe_success == 0', for: '2m', severity: 'page', team: 'platform', runbook: 'edge-unreachable',
      summary: '{{ $labels.instance }} cannot be opened from outside', description: 'A request as a browser sends it has failed for two minutes.',
      fires: { at: '5m', series: { 'probe_success{instance="edge"}': steady(0) }, instances: [{ instance: 'edge' }] },
      silent: { at: '5m', series: { 'probe_success{instance="edge"}': steady(1) } },
    },
    {
      name: 'DeadMansSwitch', expression: 'max(up{job="prometheus"}) == 1', severity: 'ticket', team: 'platform', runbook: 'dead-mans-switch',
      summary: 'the watch is awake', description: 'This alert always fires. It proves to a receiver outside that Prometheus evaluates rules and Alertmanager delivers; when it stops arriving, nobody watches.',
      fires: { at: '5m', series: { 'up{job="prometheus"}': steady(1) }, instances: [{}] },
      silent: { at: '5m', series: { 'up{job="prometheus"}': steady(0) } },
    },
    {
      name: 'RuleEvaluationFails', expression: 'sum(increase(prometheus_rule_evaluation_failures_total[10m])) > 0', severity: 'ticket', team: 'platform', runbook: 'watch-broken',
      summary: 'Prometheus cannot evaluate a rule', description: 'A rule failed within the last ten minutes: the alerts of its group are blind.',
      fires: { at: '15m', series: { 'prometheus_rule_evaluation_failures_total{rule_group="services"}': '0+1x600' }, instances: [{}] },
      silent: { at: '15m', series: { 'prometheus_rule_evaluation_failures_total{rule_group="services"}': steady(4) } },
    },
    {
      name: 'NotificationsFail', expression: 'sum(rate(prometheus_notifications_errors_total[5m])) > 0', for: '5m', severity: 'page', team: 'platform', runbook: 'watch-broken',
      summary: 'alerts do not reach Alertmanager', description: 'Prometheus has failed to hand over alerts for five minutes.',
      fires: { at: '15m', series: { 'prometheus_notifications_errors_total{alertmanager="a"}': '0+1x600' }, instances: [{}] },
      silent: { at: '15m', series: { 'prometheus_notifications_errors_total{alertmanager="a"}': steady(0) } },
    },
    {
      name: 'ConfigurationReloadFailed', expression: 'prometheus_config_last_reload_successful == 0', for: '5m', severity: 'ticket', team: 'platform', runbook: 'watch-broken',
      summary: 'Prometheus runs with an old configuration', description: 'The last reload was refused; changes to rules and targets have no effect.',
      fires: { at: '10m', series: { 'prometheus_config_last_reload_successful{job="prometheus"}': steady(0) }, instances: [{ job: 'prometheus' }] },
      silent: { at: '10m', series: { 'prometheus_config_last_reload_successful{job="prometheus"}': steady(1) } },
    },
    {
      name: 'TooManySeries', expression: 'scrape_samples_scraped{job="voiceassist"} > 20000', for: '15m', severity: 'ticket', team: 'platform', runbook: 'too-many-series',
      summary: '{{ $labels.service }} shows too many series', description: 'A label takes values without end, such as an id. It fills the memory of Prometheus and may carry what must not be in a number.',
      fires: { at: '20m', series: { 'scrape_samples_scraped{job="voiceassist",service="gateway"}': steady(30_000) }, instances: [{ job: 'voiceassist', service: 'gateway' }] },
      silent: { at: '20m', series: { 'scrape_samples_scraped{job="voiceassist",service="gateway"}': steady(900) } },
    },
  ],
};

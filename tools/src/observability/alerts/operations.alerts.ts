import { type AlertGroup, steady } from './alert.js';

/** The watch itself. */
export const operationsAlerts: AlertGroup = {
  name: 'operations',
  alerts: [
    {
      name: 'DeadMansSwitch', expression: 'vector(1)', severity: 'ticket', team: 'platform', runbook: 'dead-mans-switch',
      summary: 'the watch is awake', description: 'This alert always fires. It proves to a receiver outside that Prometheus evaluates rules and Alertmanager delivers; when it stops arriving, nobody watches.',
      // not of a job: Prometheus is called otherwise wherever an operator starts it
      fires: { at: '5m', series: {}, instances: [{}] },
      silent: 'never',
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

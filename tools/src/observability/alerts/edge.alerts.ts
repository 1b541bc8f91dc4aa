import { type AlertGroup, days, steady } from './alert.js';

// a Prometheus of a whole cluster probes other things too
const job = 'job="edge"';

/** The door from outside and its certificates, as the blackbox exporter meets them. */
export const edgeAlerts: AlertGroup = {
  name: 'edge',
  alerts: [
    {
      name: 'CertificateExpires', expression: `probe_ssl_earliest_cert_expiry{${job}} - time() < ${days(14)}`, for: '1h', severity: 'ticket', team: 'platform', runbook: 'certificate-expires',
      summary: 'a certificate of {{ $labels.instance }} ends within two weeks', description: 'Renewal should have happened by itself and did not.',
      labels: { kind: 'certificate' },
      fires: { at: '2h', series: { 'probe_ssl_earliest_cert_expiry{job="edge",instance="edge"}': steady(days(10)) }, instances: [{ job: 'edge', instance: 'edge' }] },
      silent: { at: '2h', series: { 'probe_ssl_earliest_cert_expiry{job="edge",instance="edge"}': steady(days(60)) } },
    },
    {
      name: 'CertificateExpiresSoon', expression: `probe_ssl_earliest_cert_expiry{${job}} - time() < ${days(3)}`, for: '10m', severity: 'page', team: 'platform', runbook: 'certificate-expires',
      summary: 'a certificate of {{ $labels.instance }} ends within three days', description: 'After that no browser opens the product.',
      labels: { kind: 'certificate' },
      fires: { at: '30m', series: { 'probe_ssl_earliest_cert_expiry{job="edge",instance="edge"}': steady(days(2)) }, instances: [{ job: 'edge', instance: 'edge' }] },
      silent: { at: '30m', series: { 'probe_ssl_earliest_cert_expiry{job="edge",instance="edge"}': steady(days(10)) } },
    },
    {
      name: 'EdgeUnreachable', expression: `probe_success{${job}} == 0`, for: '2m', severity: 'page', team: 'platform', runbook: 'edge-unreachable',
      summary: '{{ $labels.instance }} cannot be opened from outside', description: 'A request as a browser sends it has failed for two minutes.',
      fires: { at: '5m', series: { 'probe_success{job="edge",instance="edge"}': steady(0) }, instances: [{ job: 'edge', instance: 'edge' }] },
      silent: { at: '5m', series: { 'probe_success{job="edge",instance="edge"}': steady(1) } },
    },
  ],
};

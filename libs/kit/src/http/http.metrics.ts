import { metricsOf } from '../telemetry/metric.js';

export const requestDuration = metricsOf('kit').histogram({
  name: 'http_server_request_duration_seconds', unit: 's',
  labels: { method: 'method of the request', route: 'template of the route, or `unmatched`', status: ['1xx', '2xx', '3xx', '4xx', '5xx'] },
  buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  description: 'Time from the arrival of a request to the end of its answer.',
});

export type StatusClass = '1xx' | '2xx' | '3xx' | '4xx' | '5xx';

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** A client may send any method; only those that routes have are told apart. */
export const methodLabel = (method: string): string => (methods.has(method) ? method : 'other');

import { ratioName, slos, sloWindows } from './slo.js';

export interface RecordingRule {
  readonly record: string;
  readonly expression: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Share of bad events by objective and window; the alerts and the board read the same series. */
const objectives: readonly RecordingRule[] = slos.flatMap((slo) =>
  sloWindows.map((window) => ({ record: ratioName(window), expression: `(${slo.bad(window)}) / (${slo.all(window)} > 0)`, labels: { slo: slo.name } })));

const rates: readonly RecordingRule[] = [
  { record: 'service:http_requests:rate5m', expression: 'sum by (service, status) (rate(http_server_request_duration_seconds_count[5m]))' },
  { record: 'subject:bus_calls:rate5m', expression: 'sum by (subject, side, code) (rate(bus_calls_total[5m]))' },
  { record: 'verdict:rag_answers:rate5m', expression: 'sum by (verdict) (rate(rag_answers_total[5m]))' },
  { record: 'service:db_pool_used:ratio', expression: 'sum by (service) (db_pool_connections{state="used"}) / sum by (service) (db_pool_limit)' },
];

/** Made by the chart for each service that an installation switches off; nobody misses that one. */
export const switchedOff = 'service:switched_off:info';

export const recordingGroups: Readonly<Record<string, readonly RecordingRule[]>> = { objectives, rates };
/** Names that rules and boards may use beside those that are scraped. */
export const recordedSeries: ReadonlySet<string> = new Set([...[...objectives, ...rates].map(({ record }) => record), switchedOff]);

import type { Alert, AlertGroup } from './alerts/alert.js';

/** A promise about the product over thirty days, and the share of events that breaks it. */
export interface Slo {
  readonly name: string;
  readonly title: string;
  /** Share of good events that is promised. */
  readonly objective: number;
  /** What is promised, in words. */
  readonly promise: string;
  /** Rate of bad events over a window. */
  bad(window: string): string;
  /** Rate of all events over a window. */
  all(window: string): string;
  readonly runbook: string;
  /** Series of the unit tests: all events, and those that count as bad or good. */
  readonly testSeries: { readonly all: string; readonly part: string; readonly partIsGood: boolean };
}

/** The public edge: the gateway, or the one process that is everything. */
const edge = 'service=~"gateway|standalone"';
/** Answers that are streams last as long as the answer does, and are measured by the answer objectives. */
const notStreams = 'route!~".*/(stream|progress|ws|completions)$"';
/** Prometheus 3 writes bounds as `1.0`, earlier ones as the product shows them. */
const atMostOneSecond = 'le=~"1([.]0)?"';
const requests = 'http_server_request_duration_seconds';

export const slos: readonly Slo[] = [
  {
    name: 'availability', title: 'Availability', objective: 0.999, runbook: 'slo-availability',
    promise: 'Of all requests at the edge, 99.9 % are not answered with a server error.',
    bad: (window) => `sum(rate(${requests}_count{${edge},status="5xx"}[${window}])) or vector(0)`,
    all: (window) => `sum(rate(${requests}_count{${edge}}[${window}]))`,
    testSeries: {
      all: `${requests}_count{service="gateway",route="/api/kb/search",method="POST",status="2xx"}`,
      part: `${requests}_count{service="gateway",route="/api/kb/search",method="POST",status="5xx"}`, partIsGood: false,
    },
  },
  {
    name: 'latency', title: 'Latency', objective: 0.99, runbook: 'slo-latency',
    promise: 'Of all requests at the edge that are not streams, 99 % are answered within one second.',
    bad: (window) => `sum(rate(${requests}_count{${edge},${notStreams}}[${window}])) - sum(rate(${requests}_bucket{${edge},${notStreams},${atMostOneSecond}}[${window}]))`,
    all: (window) => `sum(rate(${requests}_count{${edge},${notStreams}}[${window}]))`,
    testSeries: {
      all: `${requests}_count{service="gateway",route="/api/kb/search",method="POST",status="2xx"}`,
      part: `${requests}_bucket{service="gateway",route="/api/kb/search",method="POST",status="2xx",le="1"}`, partIsGood: true,
    },
  },
  {
    name: 'answers', title: 'Answer success', objective: 0.995, runbook: 'slo-answers',
    promise: 'Of all questions that were not stopped by the person, 99.5 % end with an answer or an honest abstention, not with a failure.',
    bad: (window) => `sum(rate(rag_answers_total{verdict="failed"}[${window}])) or vector(0)`,
    all: (window) => `sum(rate(rag_answers_total{verdict!="stopped"}[${window}]))`,
    testSeries: { all: 'rag_answers_total{service="rag-orchestrator",verdict="supported"}', part: 'rag_answers_total{service="rag-orchestrator",verdict="failed"}', partIsGood: false },
  },
];

interface Burn {
  readonly suffix: string;
  readonly factor: number;
  readonly long: string;
  readonly short: string;
  readonly severity: Alert['severity'];
  readonly budget: string;
  /** Minutes of history after which the unit test looks, and minutes between its samples. */
  readonly testMinutes: number;
  readonly testSampleMinutes: number;
}

/** A history shorter than a window proves the same: the share of bad events in it does not change. Windows and factors for an objective over thirty days: how much of the budget is gone after the long window. */
export const burns: readonly Burn[] = [
  { suffix: 'Fast', factor: 14.4, long: '1h', short: '5m', severity: 'page', budget: '2 % of the monthly budget in one hour', testMinutes: 70, testSampleMinutes: 1 },
  { suffix: 'Steadily', factor: 6, long: '6h', short: '30m', severity: 'page', budget: '5 % of the monthly budget in six hours', testMinutes: 380, testSampleMinutes: 2 },
  { suffix: 'Slowly', factor: 1, long: '3d', short: '6h', severity: 'ticket', budget: '10 % of the monthly budget in three days', testMinutes: 400, testSampleMinutes: 10 },
];

export const sloWindows = ['5m', '30m', '1h', '6h', '3d'] as const;
export const ratioName = (window: string): string => `slo:bad_events:ratio_rate${window}`;

const budgetOf = (slo: Slo): number => Number((1 - slo.objective).toFixed(6));
const perSample = 1_000;
/** Bad events of a thousand that burn the budget a little faster, or a little slower, than an alert tolerates. */
const badPerSample = (slo: Slo, factor: number) => Math.round(budgetOf(slo) * factor * perSample * 10) / 10;

function historyOf(slo: Slo, bad: number, samples: number): Record<string, string> {
  const { all, part, partIsGood } = slo.testSeries;
  return partIsGood
    ? { [all]: `0+${perSample}x${samples}`, [part]: `0+${perSample - bad}x${samples}` }
    : { [all]: `0+${perSample - bad}x${samples}`, [part]: `0+${bad}x${samples}` };
}

function burnAlert(slo: Slo, burn: Burn): Alert {
  const threshold = Number((burn.factor * budgetOf(slo)).toFixed(6));
  const ratio = (window: string) => `${ratioName(window)}{slo="${slo.name}"} > ${threshold}`;
  const at = `${burn.testMinutes}m`;
  const sample = `${burn.testSampleMinutes}m`;
  const samples = burn.testMinutes / burn.testSampleMinutes;
  return {
    name: `${slo.title.replaceAll(/ (\w)/g, (_match, letter: string) => letter.toUpperCase())}BudgetBurns${burn.suffix}`,
    expression: `${ratio(burn.long)} and ${ratio(burn.short)}`,
    severity: burn.severity, team: 'platform', runbook: slo.runbook,
    summary: `${slo.title}: the error budget burns ${burn.factor} times as fast as it may`,
    description: `${slo.promise} At the present rate ${burn.budget} is used; measured over ${burn.long} and still true over ${burn.short}.`,
    labels: { slo: slo.name },
    fires: { at, sample, series: historyOf(slo, badPerSample(slo, burn.factor * 1.2), samples), instances: [{ slo: slo.name }] },
    silent: { at, sample, series: historyOf(slo, badPerSample(slo, burn.factor * 0.8), samples) },
  };
}

export const sloAlerts: AlertGroup = { name: 'slo', testInterval: '10m', alerts: slos.flatMap((slo) => burns.map((burn) => burnAlert(slo, burn))) };

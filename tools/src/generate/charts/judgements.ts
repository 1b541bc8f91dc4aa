/** A path and the status that `helm test` expects of it. */
export type RouteCheck = readonly [path: string, status: number];

/** A gauge that every pod shows, and how much of it one pod should carry. */
export interface Scaling {
  readonly metric: string;
  readonly perPod: string;
}

const busy: Scaling = { metric: 'bus_calls_in_flight', perPod: '40' };

/** What fills a service up before its processor does; figures are starting points, see docs/operations/kubernetes.md. */
const scaling: Readonly<Record<string, Scaling>> = {
  gateway: { metric: 'bus_calls_in_flight', perPod: '100' },
  auth: { metric: 'nodejs_eventloop_utilization_ratio', perPod: '700m' },
  'kb-indexer': { metric: 'jobs_running', perPod: '3' },
  'rag-orchestrator': { metric: 'rag_answers_in_flight', perPod: '20' },
  realtime: { metric: 'realtime_sockets', perPod: '2000' },
};

export const scalingOf = (service: string): Scaling => scaling[service] ?? busy;

/** Ready, and one route: at the public door a question without a session, elsewhere a path that nobody serves. */
export function checksOf(service: string): RouteCheck[] {
  return [['/ready', 200], service === 'gateway' ? ['/api/conversations', 401] : ['/api/conversations', 404]];
}

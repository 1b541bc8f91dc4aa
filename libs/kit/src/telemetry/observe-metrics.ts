import type { BatchObservableResult } from '@opentelemetry/api';
import { withDeadline } from '../run/deadline.js';
import { boundMeter, type LabelArguments, type Labels, type Observed } from './metric.js';

/** A metric whatever its labels are. */
type AnyObserved = Pick<Observed, 'bound'>;

/** Notes one value of one of the metrics. */
export type See = <L extends Labels>(metric: Observed<L>, value: number, ...labels: LabelArguments<L>) => void;

export interface Observation {
  /** Everything that `read` may see. */
  readonly of: readonly AnyObserved[];
  /** Called when somebody asks for the numbers. Give every value of a label, also when it is 0; what fails is left out. */
  read(see: See): void | Promise<void>;
  /** A reading may be so old; without it every request for the numbers reads anew. For readings that cost the database something. */
  readonly keptMs?: number;
}

interface Seen {
  readonly metric: AnyObserved;
  readonly value: number;
  readonly labels: Record<string, string> | undefined;
}

/** Numbers are asked for every few seconds; one slow reading may not hold up the others. */
const readingMs = 2_000;

async function readAll(observation: Observation): Promise<Seen[]> {
  const seen: Seen[] = [];
  const see: See = (metric, value, ...[labels]) => void seen.push({ metric, value, labels });
  await withDeadline('reading metrics', readingMs, async () => observation.read(see));
  return seen;
}

/** Reads values whenever somebody asks for the numbers; answers how to stop that. Does nothing in a process without metrics. */
export function observeMetrics(observation: Observation): () => void {
  const meter = boundMeter();
  if (!meter) return () => undefined;
  const instruments = observation.of.flatMap((metric) => metric.bound() ?? []);
  let kept: { readonly until: number; readonly seen: Promise<Seen[]> } | undefined;
  const callback = async (result: BatchObservableResult): Promise<void> => {
    if (!kept || performance.now() >= kept.until) kept = { until: performance.now() + (observation.keptMs ?? 0), seen: readAll(observation) };
    const seen = await kept.seen.catch((): Seen[] => []); // a database that does not answer is seen by dependency_up
    for (const { metric, value, labels } of seen) {
      const instrument = metric.bound();
      if (instrument) result.observe(instrument, value, labels);
    }
  };
  meter.addBatchObservableCallback(callback, instruments);
  return () => meter.removeBatchObservableCallback(callback, instruments);
}

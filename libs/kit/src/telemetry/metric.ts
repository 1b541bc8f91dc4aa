import type { Attributes, Meter, ObservableCounter, ObservableGauge } from '@opentelemetry/api';

/** The values a label can have: all of them, or one phrase that says where they come from. Never an id, a name or a text. */
export type LabelValues = readonly string[] | string;
export type Labels = Readonly<Record<string, LabelValues>>;
export type LabelsOf<L extends Labels> = { readonly [K in keyof L]: L[K] extends readonly string[] ? L[K][number] : string };
export type LabelArguments<L extends Labels> = keyof L extends never ? [] : [labels: LabelsOf<L>];

export type MetricKind = 'counter' | 'gauge' | 'histogram';

export interface MetricDefinition<L extends Labels = Labels> {
  /** As Prometheus shows it: the unit is in the name, counters end in `_total`. */
  readonly name: string;
  /** One sentence for the person who reads the board. */
  readonly description: string;
  readonly unit?: 's' | 'bytes' | 'ratio' | 'usd';
  readonly labels?: L;
  /** Upper bounds of a histogram. */
  readonly buckets?: readonly number[];
}

export interface ListedMetric extends MetricDefinition {
  readonly kind: MetricKind;
  /** The library or service that emits it. */
  readonly owner: string;
}

const registry = new Map<string, ListedMetric>();
let meter: Meter | undefined;

/** Every metric that the loaded modules define, by name. */
export function listMetrics(): ListedMetric[] {
  return [...registry.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** From now on metrics count; whatever was counted before is not kept. */
export function bindMetrics(made: Meter): void {
  meter = made;
}

export const boundMeter = (): Meter | undefined => meter;

function list(metric: ListedMetric): void {
  if (!/^[a-z][a-z0-9_]*$/.test(metric.name)) throw new Error(`${metric.name} is no name for a metric`);
  if (registry.has(metric.name)) throw new Error(`The metric ${metric.name} is defined twice`);
  registry.set(metric.name, metric);
}

const optionsOf = ({ description, unit, buckets }: MetricDefinition) => ({ description, unit, ...(buckets && { advice: { explicitBucketBoundaries: [...buckets] } }) });

/** Something that happened, added up since the start of the process. */
export class Counter<L extends Labels = Labels> {
  private instrument?: { add(value: number, labels?: Attributes): void };

  constructor(private readonly definition: MetricDefinition<L>) {}

  add(value: number, ...[labels]: LabelArguments<L>): void {
    this.instrument ??= meter?.createCounter(this.definition.name, optionsOf(this.definition));
    this.instrument?.add(value, labels);
  }
}

/** How many of something there are now: add when one begins, take away when it ends. */
export class Level<L extends Labels = Labels> {
  private instrument?: { add(value: number, labels?: Attributes): void };

  constructor(private readonly definition: MetricDefinition<L>) {}

  /** Adding 0 makes the level visible before anything has begun. */
  add(difference: number, ...[labels]: LabelArguments<L>): void {
    this.instrument ??= meter?.createUpDownCounter(this.definition.name, optionsOf(this.definition));
    this.instrument?.add(difference, labels);
  }
}

/** A value that stays until it changes. */
export class State<L extends Labels = Labels> {
  private instrument?: { record(value: number, labels?: Attributes): void };

  constructor(private readonly definition: MetricDefinition<L>) {}

  set(value: number, ...[labels]: LabelArguments<L>): void {
    this.instrument ??= meter?.createGauge(this.definition.name, optionsOf(this.definition));
    this.instrument?.record(value, labels);
  }
}

/** How values are spread: durations, sizes, numbers of things. */
export class Histogram<L extends Labels = Labels> {
  private instrument?: { record(value: number, labels?: Attributes): void };

  constructor(private readonly definition: MetricDefinition<L>) {}

  record(value: number, ...[labels]: LabelArguments<L>): void {
    this.instrument ??= meter?.createHistogram(this.definition.name, optionsOf(this.definition));
    this.instrument?.record(value, labels);
  }
}

/** A value that is read when somebody asks for the numbers: see `observeMetrics`. */
export class Observed<L extends Labels = Labels> {
  private instrument?: ObservableGauge | ObservableCounter;

  constructor(
    readonly definition: MetricDefinition<L>,
    private readonly kind: 'gauge' | 'counter',
  ) {}

  /** The instrument of the process; undefined before metrics are installed. */
  bound(): ObservableGauge | ObservableCounter | undefined {
    this.instrument ??= this.kind === 'gauge'
      ? meter?.createObservableGauge(this.definition.name, optionsOf(this.definition))
      : meter?.createObservableCounter(this.definition.name, optionsOf(this.definition));
    return this.instrument;
  }
}

/** Definitions of one library or service. A metric is a value: defined once, used by import, listed for the reference. */
export function metricsOf(owner: string) {
  return {
    counter: <const L extends Labels = Record<never, string>>(definition: MetricDefinition<L>): Counter<L> => {
      list({ ...definition, kind: 'counter', owner });
      return new Counter(definition);
    },
    histogram: <const L extends Labels = Record<never, string>>(definition: MetricDefinition<L> & { readonly buckets: readonly number[] }): Histogram<L> => {
      list({ ...definition, kind: 'histogram', owner });
      return new Histogram(definition);
    },
    gauge: <const L extends Labels = Record<never, string>>(definition: MetricDefinition<L>): Observed<L> => {
      list({ ...definition, kind: 'gauge', owner });
      return new Observed(definition, 'gauge');
    },
    level: <const L extends Labels = Record<never, string>>(definition: MetricDefinition<L>): Level<L> => {
      list({ ...definition, kind: 'gauge', owner });
      return new Level(definition);
    },
    state: <const L extends Labels = Record<never, string>>(definition: MetricDefinition<L>): State<L> => {
      list({ ...definition, kind: 'gauge', owner });
      return new State(definition);
    },
    /** A total that something else adds up, for example the operating system. */
    observedCounter: <const L extends Labels = Record<never, string>>(definition: MetricDefinition<L>): Observed<L> => {
      list({ ...definition, kind: 'counter', owner });
      return new Observed(definition, 'counter');
    },
  };
}

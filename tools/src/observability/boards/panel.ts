/** Units as Grafana names them. */
export type Unit = 's' | 'reqps' | 'percentunit' | 'bytes' | 'short' | 'ops' | 'currencyUSD' | 'Bps' | 'dateTimeFromNow' | 'bool_yes_no' | 'none';

export interface Query {
  readonly expression: string;
  readonly legend: string;
}

/** Why a panel may be empty when a healthy product was used for a minute: an exporter that only a cluster, or an installation of its own, has. */
export interface Needs {
  readonly cluster: string;
}

/** One question about the product, with the query that answers it. */
export interface Panel {
  readonly title: string;
  readonly description: string;
  readonly unit: Unit;
  readonly queries: readonly Query[];
  /** A course over time unless said otherwise. */
  readonly shape?: 'series' | 'stat' | 'bars';
  readonly needs?: Needs;
}

export interface Board {
  readonly uid: string;
  readonly title: string;
  /** The questions this board answers. */
  readonly description: string;
  readonly rows: Readonly<Record<string, readonly Panel[]>>;
}

export const window = '$__rate_interval';
/** Only one service where the person chose one; every board has the variable. */
export const chosen = 'service=~"$service"';

export const show = (expression: string, legend: string): Query => ({ expression, legend });

/** How often something happens, by some of its labels. */
export function rate(counter: string, ...by: string[]): Query {
  return by.length === 0 ? show(`sum(rate(${counter}[${window}]))`, 'all') : show(`sum by (${by.join(', ')}) (rate(${counter}[${window}]))`, by.map((label) => `{{${label}}}`).join(' '));
}

/** How often something happens that never should, by some of its labels: a line at zero, named `none`, says that it was looked for. */
export function rateOfFaults(counter: string, ...by: readonly [string, ...string[]]): Query {
  const { expression, legend } = rate(counter, ...by);
  return show(`${expression} or label_replace(vector(0), "${by[0]}", "none", "", "")`, legend);
}

/** Half, nineteen in twenty and ninety-nine in a hundred stay below this, by one label or for all together. */
export function quantiles(histogram: string, by?: string): readonly Query[] {
  const grouping = by ? `le, ${by}` : 'le';
  return [0.5, 0.95, 0.99].map((quantile) => show(`histogram_quantile(${quantile}, sum by (${grouping}) (rate(${bucketOf(histogram)}[${window}])))`, `p${quantile * 100}${by ? ` {{${by}}}` : ''}`));
}

/** The name of the buckets of a histogram that may carry matchers. */
function bucketOf(histogram: string): string {
  const [name = '', matchers] = histogram.split('{');
  return `${name}_bucket${matchers ? `{${matchers}` : ''}`;
}

/** The mean over the window. */
export const mean = (histogram: string, by: string): Query => show(`sum by (${by}) (rate(${histogram}_sum[${window}])) / sum by (${by}) (rate(${histogram}_count[${window}]))`, `{{${by}}}`);

/** `page` wakes somebody up, `ticket` waits for the morning. */
export type Severity = 'page' | 'ticket';
/** Who can do something about it. */
export type Team = 'platform' | 'privacy' | 'knowledge';

/** A history of series in promtool's notation, and the moment at which the alert is looked at. */
export interface History {
  readonly at: string;
  readonly series: Readonly<Record<string, string>>;
  /** Time between two samples; fifteen seconds without it. */
  readonly sample?: string;
}

export interface FiringHistory extends History {
  /** Labels of each firing instance beside those of the alert itself. */
  readonly instances?: readonly Readonly<Record<string, string>>[];
}

/** One alert with the two histories that prove it: one in which it fires and one in which it stays silent. */
export interface Alert {
  readonly name: string;
  readonly expression: string;
  readonly for?: string;
  readonly severity: Severity;
  readonly team: Team;
  /** One line; `{{ $labels.x }}` is the only template that may stand in it. */
  readonly summary: string;
  readonly description: string;
  /** File of `docs/runbooks` without its ending. */
  readonly runbook: string;
  readonly fires: FiringHistory;
  /** `never` for the one that always fires, on purpose. */
  readonly silent: History | 'never';
  /** Labels beside severity and team, for inhibition. */
  readonly labels?: Readonly<Record<string, string>>;
}

export interface AlertGroup {
  readonly name: string;
  readonly alerts: readonly Alert[];
  /** Time between evaluations in the unit tests of this group; five minutes without it. */
  readonly testInterval?: string;
}

/**
 * True when a counter grew within the window. A counter that appears with its first event has no increase yet, so a
 * series that was not there before counts as growth too.
 */
export function grew(counter: string, window: string): string {
  return `(increase(${counter}[${window}]) > 0) or (${counter} > 0 unless ${counter} offset ${window})`;
}

/** The same value at every sample of the histories used here. */
export const steady = (value: number): string => `${value}+0x600`;

/** In seconds. */
export const days = (count: number): number => count * 86_400;

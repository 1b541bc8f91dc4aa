import { withDeadline } from '@voiceassist/kit';
import { Hopeless, NotHere, type Check, type Scene } from './check.js';
import { availability } from './checks/availability.js';
import { knowledge } from './checks/knowledge.js';
import { page } from './checks/page.js';
import { arrival, departure } from './checks/person.js';
import { refusals } from './checks/refusals.js';
import { transport } from './checks/transport.js';

export interface Outcome {
  readonly name: string;
  readonly promise: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** What was seen, what was wrong, or why it could not be asked. */
  readonly detail: string;
  readonly durationMs: number;
}

/** In the order in which they make sense: the way in, what everybody gets, what nobody gets, then as somebody. */
export const checks: readonly Check[] = [...transport, ...availability, ...page, ...refusals, ...arrival, ...knowledge, ...departure];

const deadlineMs = 30_000;

async function runOne(check: Check, scene: Scene): Promise<Outcome & { hopeless: boolean }> {
  const { name, promise, timeoutMs = deadlineMs } = check;
  const begun = performance.now();
  const ended = (outcome: Outcome['outcome'], detail: string, hopeless = false) => ({ name, promise, outcome, detail, durationMs: Math.round(performance.now() - begun), hopeless });
  try {
    return ended('passed', await withDeadline(name, timeoutMs, () => check.run(scene)));
  } catch (error) {
    const message = error instanceof Error ? error.message || error.name : String(error);
    if (error instanceof NotHere) return ended('skipped', message);
    return ended('failed', message, error instanceof Hopeless);
  }
}

interface Course {
  /** Names of the checks to run, which may depend on others; all when left out. */
  readonly only?: readonly string[];
  readonly onOutcome?: (outcome: Outcome) => void;
}

/** Runs the checks, one after the other; once one is hopeless the rest is skipped. Throws for a name that is no check's. */
export async function runChecks(scene: Scene, { only, onOutcome = () => undefined }: Course = {}): Promise<Outcome[]> {
  const unknown = only?.filter((name) => !checks.some((check) => check.name === name)) ?? [];
  if (unknown.length > 0) throw new Error(`no such check: ${unknown.join(', ')}`);
  const outcomes: Outcome[] = [];
  let hopelessSince: string | undefined;
  for (const check of checks.filter(({ name }) => only?.includes(name) ?? true)) {
    const ran = hopelessSince === undefined ? await runOne(check, scene) : undefined;
    if (ran?.hopeless) hopelessSince = check.name;
    const { name, promise } = check;
    const outcome: Outcome = ran
      ? { name, promise, outcome: ran.outcome, detail: ran.detail, durationMs: ran.durationMs }
      : { name, promise, outcome: 'skipped', detail: `not asked, since ${hopelessSince} failed`, durationMs: 0 };
    outcomes.push(outcome);
    onOutcome(outcome);
  }
  return outcomes;
}

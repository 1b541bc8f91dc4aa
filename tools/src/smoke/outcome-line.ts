import type { Outcome } from './run-checks.js';

const marks: Record<Outcome['outcome'], string> = { passed: 'ok', failed: 'FAILED', skipped: 'skipped' };

/** One line of the table on the terminal. */
export function outcomeLine({ name, outcome, detail, durationMs }: Outcome): string {
  return `${marks[outcome].padEnd(8)} ${name.padEnd(22)} ${`${durationMs} ms`.padStart(9)}  ${detail}`;
}

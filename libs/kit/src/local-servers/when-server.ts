import { whyMissing, type ServerKind } from './server-binaries.js';

type SkippedTest = { readonly it?: { skip(name: string, body: () => void): void } };

/**
 * Declares tests that need a real server. Where it is not installed it prints `SKIPPED <kind> <reason>` and counts one
 * skipped test; with `CI=true` it fails instead, so that nothing is left out unseen.
 */
export function whenServer(kind: ServerKind, declare: () => void): void {
  const reason = whyMissing(kind);
  if (reason === null) return declare();
  if (process.env.CI === 'true') throw new Error(`${kind} is required in CI: ${reason}`);
  process.stderr.write(`SKIPPED ${kind} ${reason}\n`);
  (globalThis as SkippedTest).it?.skip(`${kind}: ${reason}`, () => undefined);
}

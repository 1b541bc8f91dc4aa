import { z } from 'zod';

const identifier = z.uuid();

function identifiersOf(value: unknown): [string, string][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value as Record<string, unknown>).filter(
    (entry): entry is [string, string] => entry[0].endsWith('Id') && identifier.safeParse(entry[1]).success,
  );
}

/**
 * Identifiers at the top level of what was asked and answered: fields whose name ends in `Id` and whose value is a UUID.
 * Those of a field `user`, too: who signed in stands there.
 */
export function auditSubjects(...values: readonly unknown[]): Record<string, string> {
  return Object.fromEntries(values.flatMap((value) => [...identifiersOf((value as { user?: unknown } | null | undefined)?.user), ...identifiersOf(value)]));
}

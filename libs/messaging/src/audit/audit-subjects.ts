import { z } from 'zod';

const identifier = z.uuid();

/** Identifiers at the top level of what was asked and answered: fields whose name ends in `Id` and whose value is a UUID. */
export function auditSubjects(...values: readonly unknown[]): Record<string, string> {
  const subjects: Record<string, string> = {};
  for (const value of values) {
    if (typeof value !== 'object' || value === null) continue;
    for (const [name, content] of Object.entries(value as Record<string, unknown>)) {
      if (name.endsWith('Id') && identifier.safeParse(content).success) subjects[name] = content as string; // just parsed
    }
  }
  return subjects;
}

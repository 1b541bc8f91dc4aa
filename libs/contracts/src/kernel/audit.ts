/** Says that an operation leaves no row in the audit, and why. Made by `notAudited`. */
export interface NotAudited {
  readonly exempt: string;
}

/**
 * The audit side of a contract: the name of the action, for example `kb.search`, under which every call leaves one row,
 * refused and failed ones included; or the reason why none does.
 */
export type AuditRule = `${string}.${string}` | NotAudited;

/** Create, read, update, delete or execute, as FHIR's AuditEvent and DICOM have it. */
export type AuditKind = 'C' | 'R' | 'U' | 'D' | 'E';

const shortestReason = 10;

/** Exempts an operation from the audit. The reason stands in the generated catalogue; throws when it says nothing. */
export function notAudited(reason: string): NotAudited {
  if (reason.trim().length < shortestReason) throw new Error('an operation is exempt from the audit only with a reason');
  return { exempt: reason };
}

/** Name of the action, or undefined where the contract is exempt. */
export function auditActionOf({ audit }: { readonly audit: AuditRule }): string | undefined {
  return typeof audit === 'string' ? audit : undefined;
}

const verbsOfKind: Readonly<Record<Exclude<AuditKind, 'E'>, string>> = {
  C: 'add create define invite issue link register upload',
  R: 'check count describe download export find get list me read show watch',
  U: 'activate approve cancel change choose confirm deactivate enable disable grant hold patch rename replace reset retry review rotate set unlock update',
  D: 'delete discard end forget purge remove revoke unlink withdraw',
};
const kindOfVerb = new Map(
  Object.entries(verbsOfKind).flatMap(([kind, verbs]) => verbs.split(' ').map((verb) => [verb, kind as AuditKind] as const)), // keys of the table above
);

/** The kind of an action, by the verb its name begins with: `kb.delete-document` is `D`. What has no such verb executes something. */
export function auditKindOf(action: string): AuditKind {
  const verb = (action.split('.').at(-1) ?? '').split('-', 1)[0] ?? '';
  return kindOfVerb.get(verb) ?? 'E';
}

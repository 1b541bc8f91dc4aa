import { admin, type ParsedInputOf } from '@voiceassist/contracts';

const Search = admin.searchAudit.input;
export type AuditFilter = Omit<ParsedInputOf<typeof admin.searchAudit>, 'page' | 'pageSize'>;
export type FilterField = keyof AuditFilter;

const fields: readonly FilterField[] = ['action', 'service', 'actorUserId', 'outcome', 'objectId', 'requestId', 'from', 'to'];

/** What stands in the address of the page; a part that makes no sense there is left out. */
export function filterOf(parameters: URLSearchParams): AuditFilter {
  const filter: Partial<Record<FilterField, string>> = {};
  for (const field of fields) {
    const value = parameters.get(field);
    if (value && Search.shape[field].safeParse(value).success) filter[field] = value;
  }
  return filter;
}

/** The address for a filter, without what is empty. */
export function addressOf(filter: AuditFilter): URLSearchParams {
  return new URLSearchParams(fields.flatMap((field) => filter[field] ? [[field, filter[field]]] : []));
}

/** An instant as a `datetime-local` field shows it, in the reader's time zone. */
export function localOf(instant: string | undefined): string {
  if (!instant) return '';
  const at = new Date(instant);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** The instant that a `datetime-local` field means; undefined while it is empty. */
export const instantOf = (local: string): string | undefined => local ? new Date(local).toISOString() : undefined;

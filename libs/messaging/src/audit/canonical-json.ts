import { createHash } from 'node:crypto';

/**
 * JSON with the keys of every object in code unit order and without blanks (as RFC 8785 for the values we use), so that
 * equal content gives equal bytes. Fields that are undefined are left out; fails for what JSON cannot say.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item === undefined ? null : item)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value as Record<string, unknown>).filter(([, content]) => content !== undefined);
    entries.sort(([left], [right]) => (left < right ? -1 : 1));
    return `{${entries.map(([name, content]) => `${JSON.stringify(name)}:${canonicalJson(content)}`).join(',')}}`;
  }
  const text = JSON.stringify(value) as string | undefined; // undefined for functions and symbols, whatever its type says
  if (text === undefined || (typeof value === 'number' && !Number.isFinite(value))) throw new Error('not a value that JSON can say');
  return text;
}

/** SHA-256 over the canonical JSON of a value, as 64 hexadecimal digits: what stands in the audit instead of content. */
export function contentHash(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

import { isError, serializeError } from './serialize-error.js';
import { isIdentifier, isIdentifierKey, isSecretKey } from './safe-keys.js';

const maxDepth = 5;
const maxEntries = 40;
const plainKey = /^(?!eyJ)[A-Za-z_$][\w$-]{0,39}$/;
/** Names that every line already has; a field of that name would stand there twice. */
const lineKeys = new Set(['msg', 'level', 'time', 'process', 'requestId', 'traceId', 'spanId']);

function safeKey(key: string, depth: number): string {
  if (!plainKey.test(key)) return '[key]';
  return depth === 0 && lineKeys.has(key) ? `${key}_` : key;
}

function sanitizeText(text: string, key: string): string {
  return isIdentifierKey(key) && isIdentifier(text) ? text : `[text ${text.length}]`;
}

/** Reads a property that may be a throwing getter. */
function readProperty(object: object, key: string): unknown {
  try {
    return (object as Record<string, unknown>)[key];
  } catch {
    return '[unreadable]';
  }
}

function sanitizeObject(object: object, depth: number): unknown {
  if (isError(object)) return serializeError(object);
  if (object instanceof Date) return Number.isNaN(object.getTime()) ? '[date]' : object.toISOString();
  if (ArrayBuffer.isView(object) || object instanceof ArrayBuffer) return `[bytes ${object.byteLength}]`;
  if (object instanceof Map || object instanceof Set) return `[${object.size} entries]`;
  if (depth >= maxDepth) return '[object]';
  const safe: Record<string, unknown> = {};
  for (const key of Object.keys(object).slice(0, maxEntries)) {
    safe[safeKey(key, depth)] = sanitizeValue(readProperty(object, key), key, depth + 1);
  }
  return safe;
}

/**
 * What may be logged of a value found under a key: numbers, flags, dates, and texts that are identifiers under a key
 * known to hold one. Of any other text only its length is told, of an error its type, code and frames.
 */
export function sanitizeValue(value: unknown, key: string, depth = 0): unknown {
  if (value === null || value === undefined || typeof value === 'boolean') return value;
  if (isSecretKey(key)) return '[hidden]';
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string') return sanitizeText(value, key);
  if (typeof value !== 'object') return `[${typeof value}]`;
  if (Array.isArray(value)) {
    const items: unknown[] = value;
    return items.slice(0, maxEntries).map((item) => sanitizeValue(item, key, depth + 1));
  }
  return sanitizeObject(value, depth);
}

/** The fields of one log call, made safe; never throws and never looks at more than a bounded part of the object. */
export function sanitizeFields(fields: object): Record<string, unknown> {
  if (isError(fields)) return { err: serializeError(fields) };
  const safe = sanitizeObject(fields, 0);
  return typeof safe === 'object' && safe !== null ? (safe as Record<string, unknown>) : { value: safe };
}

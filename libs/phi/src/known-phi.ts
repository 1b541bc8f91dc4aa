import type { PhiKind, PhiSpan } from './kinds.js';
import { partsOfName } from './names/repeat-mentions.js';
import { tokensOf, type Token } from './text/tokens.js';

/** What was found in one text and is to be found in others. */
export interface KnownPhi {
  /** Words of names, folded. */
  readonly nameParts: ReadonlySet<string>;
  /** Kinds of identifiers, by their text. */
  readonly identifiers: ReadonlyMap<string, PhiKind>;
}

export const nothingKnown: KnownPhi = { nameParts: new Set(), identifiers: new Map() };

const sureEnough = 0.8;
/** Identifiers that mean one thing wherever they stand, without the word that told what they are. */
const repeatable: ReadonlySet<PhiKind> = new Set(['record', 'plan', 'account', 'licence', 'vehicle', 'device', 'biometric', 'photo', 'code', 'ssn', 'phone', 'fax']);
const fewestDigits = 4;

const isRepeatable = ({ kind, score }: PhiSpan, value: string): boolean => repeatable.has(kind) && score >= sureEnough && (value.match(/\d/g)?.length ?? 0) >= fewestDigits;

/** Gathers what is sure enough to be looked for elsewhere. */
export class GatheredPhi implements KnownPhi {
  readonly nameParts = new Set<string>();
  readonly identifiers = new Map<string, PhiKind>();

  add(text: string, spans: readonly PhiSpan[]): void {
    for (const span of spans) {
      const value = text.slice(span.start, span.end);
      if (span.kind === 'name' && span.score >= sureEnough) for (const part of partsOfName(tokensOf(value))) this.nameParts.add(part);
      if (isRepeatable(span, value)) this.identifiers.set(value, span.kind);
    }
  }
}

/** Other places of identifiers found here or elsewhere: an expression has every value as one word that begins with a letter or digit. */
export function repeatedValues(text: string, { tokens, found, known }: { tokens: readonly Token[]; found: readonly PhiSpan[]; known: KnownPhi }): PhiSpan[] {
  const values = new Map(known.identifiers);
  for (const span of found) {
    const value = text.slice(span.start, span.end);
    if (isRepeatable(span, value)) values.set(value, span.kind);
  }
  if (values.size === 0) return [];
  const byStart = new Map<string, (readonly [string, PhiKind])[]>();
  for (const entry of values) {
    const key = entry[0].slice(0, fewestDigits);
    byStart.set(key, [...(byStart.get(key) ?? []), entry]);
  }
  const spans: PhiSpan[] = [];
  for (const { start } of tokens) {
    for (const [value, kind] of byStart.get(text.slice(start, start + fewestDigits)) ?? []) {
      const end = start + value.length;
      if (text.startsWith(value, start) && !/[\p{L}\d]/u.test(text[end] ?? '')) spans.push({ start, end, kind, score: 0.75 });
    }
  }
  return spans;
}

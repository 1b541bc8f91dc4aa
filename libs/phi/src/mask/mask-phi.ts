import { findPhi, type FindOptions } from '../find-phi.js';
import type { PhiKind, PhiSpan } from '../kinds.js';
import { GatheredPhi } from '../known-phi.js';
import { placeholderPattern, placeholderWords } from './placeholders.js';

/** What a placeholder stands for, by its text as `[NAME-1]`. */
export type Placeholders = ReadonlyMap<string, string>;
export type PhiCounts = Readonly<Partial<Record<PhiKind, number>>>;

export interface Masked {
  readonly text: string;
  readonly placeholders: Placeholders;
  readonly counts: PhiCounts;
}

/** How many findings of each kind; no value of any. */
export function countKinds(spans: readonly Pick<PhiSpan, 'kind'>[]): PhiCounts {
  const counts: Partial<Record<PhiKind, number>> = {};
  for (const { kind } of spans) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** Masks several texts with one numbering: the same value gets the same placeholder in all of them. */
export class PhiMasker {
  private readonly byValue = new Map<string, string>();
  private readonly byPlaceholder = new Map<string, string>();
  private readonly next = new Map<string, number>();
  private readonly known = new GatheredPhi();
  private readonly totals: Partial<Record<PhiKind, number>> = {};

  constructor(private readonly options: FindOptions = {}) {}

  get placeholders(): Placeholders {
    return this.byPlaceholder;
  }
  get counts(): PhiCounts {
    return this.totals;
  }

  /** Looks at a text before any is masked: what is found in it is masked in the others too, also where no word there tells what it is. */
  learn(text: string): void {
    this.reserve(text);
    this.known.add(text, findPhi(text, this.options));
  }

  /** Numbers that a text itself uses, as «[NAME-1]» in a pasted answer, are never given: they would be restored to a stranger's value. */
  private reserve(text: string): void {
    for (const { groups } of text.matchAll(placeholderPattern())) {
      const word = (groups?.['bracketed'] ?? groups?.['bare'] ?? '').toUpperCase();
      const number = Number(groups?.['first'] ?? groups?.['second']);
      this.next.set(word, Math.max(this.next.get(word) ?? 1, number + 1));
    }
  }

  mask(text: string): string {
    this.reserve(text);
    let masked = '';
    let from = 0;
    for (const { start, end, kind } of findPhi(text, { ...this.options, known: this.known })) {
      masked += text.slice(from, start) + this.placeholderOf(kind, text.slice(start, end));
      this.totals[kind] = (this.totals[kind] ?? 0) + 1;
      from = end;
    }
    return masked + text.slice(from);
  }

  private placeholderOf(kind: PhiKind, value: string): string {
    const key = `${kind} ${value}`;
    const known = this.byValue.get(key);
    if (known !== undefined) return known;
    const word = placeholderWords[kind];
    const number = this.next.get(word) ?? 1;
    this.next.set(word, number + 1);
    const placeholder = `[${word}-${String(number)}]`;
    this.byValue.set(key, placeholder);
    this.byPlaceholder.set(placeholder, value);
    return placeholder;
  }
}

/** Replaces what is found by numbered placeholders that `restorePhi` turns back. */
export function maskPhi(text: string, options: FindOptions = {}): Masked {
  const masker = new PhiMasker(options);
  return { text: masker.mask(text), placeholders: masker.placeholders, counts: masker.counts };
}

import { InertWriter, withoutUnseen } from './inert-writer.js';
import { closing, mayBeMarker, mostCitations, opening, placeholderOf, readMarker, type Named } from './marker-grammar.js';

export type BoundPart<P> = { readonly type: 'text'; readonly text: string } | { readonly type: 'citation'; readonly number: number; readonly passage: P };

/** Most characters held back while they may still become a marker. */
const mostHeld = 64;
const widestRange = 20;
/** What goes with a marker that goes: the space before it, and the backslash of an escaped bracket. */
const blank = /[ \t\u00a0\\]/;

/**
 * Turns a model's text with markers into text with our own numbers.
 *
 * A marker stays only when it names a passage of this answer; numbers count from 1 in order of first use. Markers that name
 * nothing disappear with the space before them. What comes out does not depend on how the text was cut into chunks, a citation
 * comes out before the text that shows it, and never more than a marker's length is held back.
 */
export class CitationBinder<P> {
  private readonly numbers = new Map<number, number>();
  private readonly writer = new InertWriter();
  /** Text not yet written: blanks, then perhaps a bracket that is still open. */
  private held = '';
  /** A marker was removed together with the blank before it. */
  private gap = false;
  private surrogate = '';
  private parts: BoundPart<P>[] = [];

  constructor(private readonly passageOf: (marker: number) => P | undefined) {}

  push(text: string): BoundPart<P>[] {
    const whole = this.surrogate + text;
    const open = /[\ud800-\udbff]$/.test(whole);
    this.surrogate = open ? whole.slice(-1) : '';
    // halves first: what is unseen between two of them must not join them
    const visible = withoutUnseen((open ? whole.slice(0, -1) : whole).toWellFormed());
    for (const character of visible) this.read(character);
    return this.take();
  }

  /** The rest; an unfinished marker at the very end is dropped. */
  end(): BoundPart<P>[] {
    const unfinished = this.held.search(opening);
    const rest = unfinished >= 0 && /^.\s*$|\p{N}/u.test(this.held.slice(unfinished)) ? this.held.slice(0, unfinished) : this.held;
    this.writer.write(rest.trimEnd());
    this.held = '';
    return this.take();
  }

  private take(): BoundPart<P>[] {
    const text = this.writer.take();
    const parts = this.parts;
    this.parts = [];
    if (text !== '') parts.push({ type: 'text', text });
    return parts;
  }

  private read(character: string): void {
    if (this.gap) {
      this.gap = false;
      if (!/[\s.,;:!?)\]}”’"'،。؟]/u.test(character)) this.held += ' ';
    }
    this.held += character;
    if (closing.test(character)) this.close();
    this.release();
  }

  /** A bracket has closed: if it is a marker, puts what it is bound to in its place. */
  private close(): void {
    const start = lastIndexOf(this.held, opening, this.held.length - 1);
    if (start < 0) return;
    const named = readMarker(this.held.slice(start + 1, -1));
    if (named === null) return;
    const bound = [...new Set(named.flatMap((each) => this.bind(each)))].join('');
    const before = this.held.slice(0, start);
    if (bound !== '') this.held = before.replace(/\\+$/, '') + bound;
    else {
      this.held = before.replace(/[ \t\u00a0\\]+$/, '');
      this.gap = this.held.length < before.length;
    }
  }

  private bind(named: Named): string[] {
    if ('placeholder' in named) return [named.placeholder];
    const { from, to } = named;
    if (!(to >= from && to - from < widestRange)) return [];
    const markers = Array.from({ length: to - from + 1 }, (_, index) => from + index);
    // a range that leaves the passages is a range of something else
    if (markers.some((marker) => this.passageOf(marker) === undefined)) return [];
    return markers.flatMap((marker) => this.cite(marker));
  }

  private cite(marker: number): string[] {
    const known = this.numbers.get(marker);
    if (known !== undefined) return [placeholderOf(known)];
    const passage = this.passageOf(marker);
    if (passage === undefined || this.numbers.size >= mostCitations) return [];
    const number = this.numbers.size + 1;
    this.numbers.set(marker, number);
    this.parts.push({ type: 'citation', number, passage });
    return [placeholderOf(number)];
  }

  /** Writes everything that can no longer become part of a marker. */
  private release(): void {
    while (this.held !== '') {
      const lead = leadingBlanks(this.held);
      const rest = this.held.slice(lead);
      if (rest === '') {
        if (lead > mostHeld) this.flush(1);
        return;
      }
      if (!opening.test(rest[0] ?? '')) this.flush(lead + nextHoldable(rest));
      else if (!mayBeMarker(rest.slice(1))) this.flush(lead + 1 + nextHoldable(rest.slice(1)));
      else if (rest.length > mostHeld) this.held = `${this.held.slice(0, lead)}(${rest.slice(1)}`; // too long for a marker, and must not look like one
      else return;
    }
  }

  private flush(length: number): void {
    this.writer.write(this.held.slice(0, length));
    this.held = this.held.slice(length);
  }
}

function lastIndexOf(text: string, pattern: RegExp, before: number): number {
  for (let index = before - 1; index >= 0; index -= 1) if (pattern.test(text[index] ?? '')) return index;
  return -1;
}

function leadingBlanks(text: string): number {
  let count = 0;
  while (count < text.length && blank.test(text[count] ?? '')) count += 1;
  return count;
}

/** Where the next bracket, with the blanks before it, or the blanks at the end begin. */
function nextHoldable(text: string): number {
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] ?? '';
    if (opening.test(character)) return index;
    if (!blank.test(character)) continue;
    const blanks = leadingBlanks(text.slice(index));
    const after = text[index + blanks];
    if (after === undefined || opening.test(after)) return index;
    index += blanks - 1;
  }
  return text.length;
}

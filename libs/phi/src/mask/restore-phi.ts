import type { Placeholders } from './mask-phi.js';
import { placeholderPattern, unfinishedFrom } from './placeholders.js';

/** Puts the values back, also where a model has changed brackets, hyphens or case; placeholders it invented stay as they are. */
export function restorePhi(text: string, placeholders: Placeholders): string {
  if (placeholders.size === 0) return text;
  return text.replace(placeholderPattern(), (whole: string, ...rest: unknown[]) => {
    const groups = rest.at(-1) as Record<string, string | undefined>;
    const word = (groups['bracketed'] ?? groups['bare'] ?? '').toUpperCase();
    return placeholders.get(`[${word}-${String(Number(groups['first'] ?? groups['second']))}]`) ?? whole;
  });
}

/** Restores a stream: what could be the beginning of a placeholder waits for the next piece, everything else passes at once. */
export class PhiRestorer {
  private waiting = '';

  constructor(private readonly placeholders: Placeholders) {}

  /** The part of the text so far that can be said now. */
  push(piece: string): string {
    if (this.placeholders.size === 0) return piece;
    const text = this.waiting + piece;
    const from = unfinishedFrom(text);
    const ready = from < 0 ? text : text.slice(0, from);
    this.waiting = from < 0 ? '' : text.slice(from);
    return this.restored(ready);
  }

  /** What was still waiting when the stream ended. */
  end(): string {
    const rest = this.waiting;
    this.waiting = '';
    return this.restored(rest);
  }

  /** The last character said, for a word that begins there is no bare placeholder when a letter stands before it. */
  private last = '';
  private restored(text: string): string {
    const restored = restorePhi(this.last + text, this.placeholders).slice(this.last.length);
    if (text !== '') this.last = text.at(-1) ?? '';
    return restored;
  }
}

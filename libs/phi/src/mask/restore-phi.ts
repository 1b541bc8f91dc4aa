import type { Placeholders } from './mask-phi.js';
import { placeholderPattern, unfinishedFrom } from './placeholders.js';

/** Restores from an index on; what stands before it is looked at only for whether a word begins there. */
function restoreFrom(text: string, from: number, placeholders: Placeholders): string {
  const pattern = placeholderPattern();
  pattern.lastIndex = from;
  let restored = '';
  let said = from;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const { bracketed, bare = '', first, second } = match.groups ?? {};
    const value = placeholders.get(`[${(bracketed ?? bare).toUpperCase()}-${String(Number(first ?? second))}]`);
    if (value === undefined) continue;
    restored += text.slice(said, match.index) + value;
    said = match.index + match[0].length;
  }
  return restored + text.slice(said);
}

/** Puts the values back, also where a model has changed brackets, hyphens or case; placeholders it invented stay as they are. */
export const restorePhi = (text: string, placeholders: Placeholders): string => (placeholders.size === 0 ? text : restoreFrom(text, 0, placeholders));

/** Restores a stream: what could be the beginning of a placeholder waits for the next piece, everything else passes at once. */
export class PhiRestorer {
  private waiting = '';
  /** The end of what was said, as it came: a word that goes on there is no placeholder. */
  private before = '';

  constructor(private readonly placeholders: Placeholders) {}

  /** The part of the text so far that can be said now. */
  push(piece: string): string {
    if (this.placeholders.size === 0) return piece;
    const text = this.before + this.waiting + piece;
    const unfinished = unfinishedFrom(text);
    const until = unfinished < this.before.length ? text.length : unfinished;
    return this.say(text, until);
  }

  /** What was still waiting when the stream ended. */
  end(): string {
    const text = this.before + this.waiting;
    return this.say(text, text.length);
  }

  private say(text: string, until: number): string {
    const said = restoreFrom(text.slice(0, until), this.before.length, this.placeholders);
    this.waiting = text.slice(until);
    this.before = text.slice(Math.max(0, until - 2), until);
    return said;
  }
}

import { isPlaceholder, numberOf } from './marker-grammar.js';

/** Characters that only deceive: controls, bidirectional overrides, invisible tags. */
const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ue000-\uf8ff]|\udb40[\udc00-\udfff]|[\udb80-\udbff][\udc00-\udfff]/g;

const longestEntity = 12;

/** A model's text without characters that nobody can see; they could hide instructions or markers. */
export const withoutUnseen = (text: string) => text.replace(unseen, '');

/**
 * Writes text so that Markdown makes neither a link, an image nor a link definition of it.
 * Works on what is written, so that nothing dangerous can form from parts.
 */
export class InertWriter {
  private last = '';
  /** The line so far, as far as a link definition may be long. */
  private line = '';
  private tail = '';
  private written = '';

  write(text: string): void {
    for (const character of text) this.put(isPlaceholder(character) ? `[${String(numberOf(character))}]` : character);
  }

  /** Hands over what was written since the last time. */
  take(): string {
    const text = this.written;
    this.written = '';
    return text;
  }

  private put(piece: string): void {
    const parted = this.formsLink(piece) || this.formsBracket(piece) ? ` ${piece}` : piece;
    this.written += parted;
    this.last = piece.at(-1) ?? this.last;
    this.tail = (this.tail + parted).slice(-longestEntity);
    this.line = piece === '\n' ? '' : (this.line + parted).slice(0, 200);
  }

  /** `&#91;1]` would be shown as a bracket. */
  private formsBracket(piece: string): boolean {
    return piece === ';' && /&(?:#\w+|[lr]sqb|[lr]brack)$/i.test(this.tail);
  }

  private formsLink(piece: string): boolean {
    if (this.last === '!') return piece.startsWith('[');
    if (this.last !== ']') return false;
    return piece === '(' || (piece === ':' && /^\s*(?:>\s*)*\[[^\]]*\]$/.test(this.line));
  }
}

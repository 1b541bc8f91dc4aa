import { startsWithListMarker } from '../pdf/list-marker.js';
import type { Paragraph } from '../pdf/page-text.js';

const fence = /^\s*(```|~~~)/;
const atxHeading = /^\s{0,3}(#{1,6})\s(.*)$/;
const underline = /^\s{0,3}(=+|-+)\s*$/;
const rule = /^\s{0,3}([-*_])(\s*\1){2,}\s*$/;
const tableRow = /^\s*\|(.*)\|\s*$/;
const tableRule = /^[\s|:-]+$/;

/** What a reader sees of a line: emphasis, code and link marks are dropped, their words stay. */
export function withoutInlineMarks(line: string): string {
  return line
    .replace(/!?\[([^\]]*)\]\([^()\s]*(?:\s+"[^"]*")?\)/g, '$1')
    .replace(/(\*\*|__)(?=\S)(.*?\S)\1/g, '$2')
    .replace(/(?<![\w*])\*(?=[^\s*])([^*]*[^\s*])\*(?![\w*])/g, '$1')
    .replace(/(?<!\w)_(?=\S)([^_]*\S)_(?!\w)/g, '$1')
    .replace(/`([^`]+)`/g, '$1')
    .replace(/\\([\\`*_{}[\]()#+.!|>-])/g, '$1')
    .trim();
}

function withoutFrontMatter(text: string): string {
  return text.replace(/^---\n[\s\S]*?\n---\n/, '').replace(/<!--[\s\S]*?-->/g, '');
}

class Builder {
  readonly paragraphs: Paragraph[] = [];
  private lines: string[] = [];
  private inFence = false;

  take(line: string): void {
    if (fence.test(line)) {
      this.flush();
      this.inFence = !this.inFence;
    } else if (this.inFence) this.lines.push(line.trimEnd());
    else this.takeProse(line);
  }

  private takeProse(line: string): void {
    const [, marks, heading] = atxHeading.exec(line) ?? [];
    if (marks !== undefined && heading !== undefined) return this.pushHeading(heading.trimEnd().replace(/#+$/, '').trim(), marks.length);
    const under = underline.exec(line)?.[1];
    if (under !== undefined && this.lines.length === 1) return this.pushHeading(this.lines.pop() ?? '', under.startsWith('=') ? 1 : 2);
    if (line.trim() === '' || rule.test(line)) return this.flush();
    const cells = tableRow.exec(line)?.[1];
    if (cells !== undefined) return tableRule.test(line) ? undefined : this.push('table-row', cells.split('|').map((cell) => cell.trim()).join('\t'));
    const text = line.replace(/^\s*(?:>\s?)+/, '').trim();
    if (startsWithListMarker(text) || /^\+\s/.test(text)) this.flush();
    this.lines.push(text);
  }

  private pushHeading(text: string, level: number): void {
    this.flush();
    this.paragraphs.push({ kind: 'heading', text: withoutInlineMarks(text), weight: -level });
  }

  private push(kind: Paragraph['kind'], text: string): void {
    this.flush();
    this.paragraphs.push({ kind, text: withoutInlineMarks(text) });
  }

  flush(): void {
    const lines = this.lines.splice(0).filter((line) => line.trim() !== '');
    if (lines.length === 0) return;
    const kind = startsWithListMarker(lines[0]!) ? 'list-item' : 'paragraph';
    this.paragraphs.push({ kind, text: this.inFence ? lines.join('\n').trim() : withoutInlineMarks(lines.join(' ')) });
  }
}

/** Markdown as the paragraphs, headings, items and rows that a reader sees, without its marks. */
export function markdownParagraphs(text: string): Paragraph[] {
  const builder = new Builder();
  for (const line of withoutFrontMatter(text).split('\n')) builder.take(line);
  builder.flush();
  return builder.paragraphs;
}

/** What the checks read of a document: where its links lead, and which headings it has. Code is no text. */
export interface Document {
  readonly links: readonly { readonly line: number; readonly target: string }[];
  readonly anchors: ReadonlySet<string>;
  /** Rows of a table that no head stands above, so that they are shown as they are written. */
  readonly strayRows: readonly number[];
}

/** Markdown link and image targets, references and the addresses of HTML. */
const inline = /!?\[(?:[^[\]]|\[[^\]]*\])*\]\(\s*<?([^\s)>]+)>?(?:\s+"[^"]*")?\s*\)/g;
const reference = /^\s*\[[^\]]+\]:\s+(\S+)/;
const html = /(?:href|src)="([^"]+)"/g;

/** The name of a heading as GitHub gives it; docs/.vitepress/config.ts gives the site the same. */
export function anchorOf(heading: string): string {
  const text = heading.replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]|<[^>]+>/g, '');
  return text.trim().toLowerCase().replace(/[^\p{Letter}\p{Mark}\p{Number}\p{Connector_Punctuation}\s-]/gu, '').replace(/\s/g, '-');
}

/** The lines that are neither code nor front matter; the others are empty, so that numbers stay. */
function linesOfText(text: string): string[] {
  let fence: string | null = null;
  let beforeCode = true; // an empty line, or code above
  return text.replace(/^---\n[\s\S]*?\n---\n/, (matter) => '\n'.repeat(matter.split('\n').length - 1)).split('\n').map((line) => {
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence === null && mark) fence = mark;
    else if (fence !== null && mark?.startsWith(fence)) fence = null;
    else if (fence === null) {
      beforeCode = line === '' || (beforeCode && /^ {4}/.test(line));
      return beforeCode ? '' : line;
    }
    return '';
  });
}

function anchorsOf(lines: readonly string[]): Set<string> {
  const anchors = new Set<string>();
  for (const line of lines) {
    const heading = /^#{1,6} +(\S.*)$/.exec(line)?.[1];
    if (heading !== undefined) {
      const name = anchorOf(heading);
      let free = name;
      for (let count = 1; anchors.has(free); count += 1) free = `${name}-${count}`;
      anchors.add(free);
    }
    for (const [, id = ''] of line.matchAll(/\sid="([^"]+)"/g)) anchors.add(id);
  }
  return anchors;
}

const isRow = (line: string | undefined) => line !== undefined && /^\|.*\|\s*$/.test(line);
const isRuler = (line: string | undefined) => line !== undefined && /^\|(?:\s*:?-+:?\s*\|)+\s*$/.test(line);

function strayRowsOf(lines: readonly string[]): number[] {
  return lines.flatMap((line, index) => (isRow(line) && !isRow(lines[index - 1]) && !isRuler(lines[index + 1]) ? [index + 1] : []));
}

export function readDocument(text: string): Document {
  const lines = linesOfText(text);
  const links = lines.flatMap((line, index) => {
    const words = line.replace(/(`+)(?:(?!\1).)+\1/g, '');
    const targets = [...words.matchAll(inline), ...words.matchAll(html), ...[reference.exec(words)].filter((match) => match !== null)];
    return targets.map(([, target = '']) => ({ line: index + 1, target }));
  });
  return { links, anchors: anchorsOf(lines), strayRows: strayRowsOf(lines) };
}

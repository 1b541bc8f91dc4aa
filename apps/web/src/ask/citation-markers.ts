interface TextNode {
  type: 'text';
  value: string;
}
interface LinkNode {
  type: 'link';
  url: string;
  children: TextNode[];
}
interface ParentNode {
  type: string;
  children?: MarkdownNode[];
}
type MarkdownNode = TextNode | LinkNode | ParentNode;

const marker = /\[(\d{1,3})\]/g;
export const markerPrefix = '#citation-';

function split(value: string): MarkdownNode[] {
  const parts: MarkdownNode[] = [];
  let from = 0;
  for (const match of value.matchAll(marker)) {
    if (match.index > from) parts.push({ type: 'text', value: value.slice(from, match.index) });
    parts.push({ type: 'link', url: `${markerPrefix}${match[1]}`, children: [{ type: 'text', value: match[1] ?? '' }] });
    from = match.index + match[0].length;
  }
  if (from < value.length) parts.push({ type: 'text', value: value.slice(from) });
  return parts;
}

const isText = (node: MarkdownNode): node is TextNode => node.type === 'text';
const opaque = new Set(['code', 'inlineCode', 'link']);

function rewrite(node: ParentNode): void {
  if (!node.children || opaque.has(node.type)) return;
  node.children = node.children.flatMap((child) => (isText(child) ? split(child.value) : [child]));
  for (const child of node.children) if (!isText(child)) rewrite(child);
}

/** Markdown plugin: turns `[3]` in running text into a link to citation 3, for the page to draw as a button. */
export function citationMarkers() {
  return (tree: ParentNode) => rewrite(tree);
}

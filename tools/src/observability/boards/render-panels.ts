import { boards, panelsOf } from './all-boards.js';

/** Every panel with its queries and, where it may be empty in a healthy run, why: read by the end-to-end run that executes them. */
export function renderPanels(): string {
  const panels = boards.flatMap((board) => panelsOf(board).map(({ title, queries, needs }) => ({ board: board.uid, title, queries: queries.map(({ expression }) => expression), needs })));
  return `${JSON.stringify(panels, null, 2)}\n`;
}

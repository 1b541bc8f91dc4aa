import { findPhi } from '@voiceassist/phi';

/**
 * The text with the kind in the place of everything that may identify a person: `[NAME]`, `[DATE]`. The same in a page
 * and in a passage of it, and not to be turned back.
 */
export function deIdentified(text: string): string {
  let shown = '';
  let from = 0;
  for (const { start, end, kind } of findPhi(text)) {
    shown += `${text.slice(from, start)}[${kind.toUpperCase()}]`;
    from = end;
  }
  return shown + text.slice(from);
}

const bullet = '[•●○▪■◦‣∙·➢✓❑☐□–—*-]';
const number = String.raw`\(?(?:\d{1,3}|[a-z]|[ivx]{1,5}|[IVX]{1,5})[.)]`;
const capital = String.raw`\(?[A-Z][.)]`;
const alone = new RegExp(`^(?:${bullet}|${number}|${capital})$`, 'u');
// A capital letter counts only before a capital: `A. All staff` is an item, `T. bovei` is a name.
const leading = new RegExp(String.raw`^(?:(?:${bullet}|${number})\s+\S|${capital}\s+[\p{Lu}\p{N}(“"])`, 'u');

/** A bullet, number or letter that stands in front of an item, and nothing else. */
export const isListMarker = (text: string): boolean => alone.test(text.trim());

/** An item of a list: `• text`, `3. text`, `b) text`. */
export const startsWithListMarker = (text: string): boolean => leading.test(text);

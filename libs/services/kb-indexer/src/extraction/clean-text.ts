const loneSurrogates = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;
// Latin ligatures, Hebrew and Arabic presentation forms: glyph variants that no one types into a search box.
const presentationForms = /[\uFB00-\uFB4F\uFB50-\uFDFF\uFE70-\uFEFC]/g;
// Bullets of Symbol and Wingdings, which PDFs address in the private use area.
const symbolBullets = /[\uF0A7\uF0B7\uF076\uF0D8\uF0FC]/g;
const spaces = /[\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000]/g;
// Characters without a glyph: zero width space, word joiner, byte order mark, direction overrides.
const invisible = /[\u200B\u2060\uFEFF\u202A-\u202E\u2066-\u2069\uFFFC]/g;
// Tag characters spell text that people cannot see and models can.
const tagCharacters = /\u{E0001}|[\u{E0020}-\u{E007F}]/gu;
const controls = /[\u0000-\u0008\u000B\u000E-\u001F\u007F-\u009F]/g;

/**
 * Text that a database accepts and a reader can search: no NUL, control or invisible characters, no lone surrogates,
 * ligatures written out, composed accents, plain spaces. Line feeds and tabs stay. Applying it twice changes nothing.
 */
export function cleanText(text: string): string {
  return text
    .replace(loneSurrogates, '')
    .replace(tagCharacters, '')
    .replace(presentationForms, (form) => form.normalize('NFKC'))
    .replace(symbolBullets, '•')
    .replace(/\r\n?|\f|\u2028|\u2029|\u0085/g, '\n')
    .replace(controls, '')
    .replace(invisible, '')
    .replace(spaces, ' ')
    .normalize('NFC');
}

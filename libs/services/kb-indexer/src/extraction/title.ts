const ofWriter = /^microsoft (?:office )?(?:word|powerpoint|excel|publisher)\b/iu;
const placeholder = /^(?:untitled|no title|title|document|presentation|powerpoint presentation|slide)[\s-]*\d*$|^untitled\b/iu;
const fileEnding = /\.(?:pdf|docx?|dotx?|odt|rtf|pptx?|xlsx?|txt|md|html?|tex|dvi|e?ps|indd?|qx[dp]|pub|pages|wpd|fm|ai|tiff?|jpe?g|png)$/iu;
/** `sharps-injury`, `9789241549882_eng`: words that only a file system keeps together. */
const slug = /^(?:[\p{Ll}\d]+(?:[-_.][\p{Ll}\d]+)+|[^\s_\\/]*[_\\/]\S*)$/u;

/** White space as between words of one line. */
const onOneLine = (text: string) => text.replace(/\s+/gu, ' ').trim();

/** The text as a title, or null when nobody would call a document so: no letters, shorter than 3 characters, longer than 200. */
export function titleFrom(text: string): string | null {
  const title = onOneLine(text).replace(/\s*:$/u, '');
  return title.length >= 3 && title.length <= 200 && /\p{L}{2}/u.test(title) ? title : null;
}

/** The title a program noted in a file, or null when it is what programs note without being told: a file name, "untitled". */
export function titleFromProperties(text: string): string | null {
  const title = titleFrom(text);
  if (title === null || ofWriter.test(title) || placeholder.test(title) || fileEnding.test(title) || slug.test(title)) return null;
  return title;
}

/** The name of a file without its ending, as words. */
export function titleFromFileName(fileName: string): string {
  return onOneLine(fileName.replace(/\.[a-z0-9]{1,8}$/iu, '').replace(/[-_]+/gu, ' ')) || fileName;
}

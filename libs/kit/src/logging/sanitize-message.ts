const maxLength = 300;

/** What messages of libraries quote: values in quotes or after `=`, addresses, keys, long numbers. */
const quoted: readonly (readonly [RegExp, string])[] = [
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi, '$1[hidden]@'],
  [/\b(https?:\/\/[^\s?#]+)[?#]\S*/gi, '$1?[hidden]'],
  [/"(?:[^"\\]|\\.)*(?:"|$)|`[^`]*(?:`|$)|“[^”]*(?:”|$)|«[^»]*(?:»|$)/gs, '[quoted]'],
  [/(?<![A-Za-z0-9])'(?:[^'\\]|\\.)*(?:'|$)/gs, '[quoted]'],
  [/=\(.*(?:\)|$)/gs, '=[quoted]'],
  [/[^\s@,;]{1,64}@[^\s@,;]{1,255}/g, '[address]'],
  [/\b(bearer|basic)\s+\S+/gi, '$1 [hidden]'],
  [/\b[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}\b/g, '[hidden]'],
  [/\d[\d .()/-]{6,}\d/g, '[number]'],
];

/** A message as it may be written: without anything that reads like a quoted value. Our own messages are constants and pass unchanged. */
export function sanitizeMessage(message: string): string {
  let text = message.length > maxLength * 4 ? message.slice(0, maxLength * 4) : message;
  for (const [pattern, replacement] of quoted) text = text.replace(pattern, replacement);
  text = text.replace(/[\r\n\t]+/g, ' ');
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
}

import { ProtocolViolation } from './frame-reader.js';

const setting = /-c\s*search_path=((?:\\.|[^\s\\])*)/g;
const names = /^(?:"[^"]+"|[\w$]+)(?:, ?(?:"[^"]+"|[\w$]+))*$/;

/**
 * The last `-c search_path=…` of a connection's options, or an empty text. It becomes part of a statement, so that anything
 * but a list of names is refused. Other settings in the options are not supported and have no effect.
 */
export function searchPathIn(options: string): string {
  const path = [...options.matchAll(setting)].at(-1)?.[1]?.replace(/\\(.)/gs, '$1') ?? '';
  if (path !== '' && !names.test(path)) throw new ProtocolViolation('malformed search_path');
  return path;
}

import { scimFailure } from '../scim-failure.js';

export type Comparison = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';
export type FilterValue = string | number | boolean | null;

/** A filter of RFC 7644, section 3.4.2.2, read. Paths are in lower case and without the name of the core schema. */
export type Filter =
  | { readonly type: 'and' | 'or'; readonly parts: readonly Filter[] }
  | { readonly type: 'not'; readonly part: Filter }
  | { readonly type: 'present'; readonly path: string }
  | { readonly type: 'compare'; readonly path: string; readonly comparison: Comparison; readonly value: FilterValue };

const longest = 1_000;
const deepest = 20;
const comparisons = new Set<string>(['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le']);
const coreSchema = /^urn:ietf:params:scim:schemas:core:2\.0:(?:user|group):/;
const token = /\s*(?:([()[\]])|("(?:[^"\\]|\\.)*")|([^\s()[\]"]+))/y;

const invalid = (message: string) => scimFailure('SCIM_INVALID_FILTER', message);

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  const source = text.trimEnd();
  token.lastIndex = 0;
  while (token.lastIndex < source.length) {
    const [, bracket, quoted, word] = token.exec(source) ?? [];
    const found = bracket ?? quoted ?? word;
    if (found === undefined) throw invalid('The filter holds a text that does not end.');
    tokens.push(found);
  }
  return tokens;
}

function parsed(word: string): FilterValue | undefined {
  try {
    return JSON.parse(word) as FilterValue; // a token is a word or a text, never a list or an object
  } catch {
    return undefined;
  }
}

function valueOf(text: string | undefined): FilterValue {
  if (text === undefined) throw invalid('The filter ends where a value should stand.');
  // Entra ID writes True and False
  const word = /^(?:true|false|null)$/i.test(text) ? text.toLowerCase() : text;
  const value = parsed(word);
  if (value === undefined) throw invalid('A value in the filter is neither a text in quotation marks nor a number, true, false or null.');
  if (typeof value === 'string' && value.includes('\0')) throw invalid('A value in the filter holds a character that no attribute can hold.');
  return value;
}

/** Reads token by token, never twice: the time grows with the length of the filter alone. */
class Reader {
  private at = 0;

  constructor(private readonly tokens: readonly string[]) {}

  whole(): Filter {
    const filter = this.any('', 0);
    if (this.at < this.tokens.length) throw invalid('The filter goes on where it should end.');
    return filter;
  }

  private any(prefix: string, depth: number): Filter {
    return this.joined('or', () => this.joined('and', () => this.one(prefix, depth)));
  }

  private joined(type: 'and' | 'or', read: () => Filter): Filter {
    const first = read();
    const parts = [first];
    while (this.tokens[this.at]?.toLowerCase() === type) {
      this.at += 1;
      parts.push(read());
    }
    return parts.length === 1 ? first : { type, parts };
  }

  private one(prefix: string, depth: number): Filter {
    if (depth > deepest) throw invalid('The filter is nested too deeply.');
    const next = this.take();
    if (next === '(') return this.until(')', prefix, depth);
    if (next.toLowerCase() === 'not' && this.tokens[this.at] === '(') {
      this.at += 1;
      return { type: 'not', part: this.until(')', prefix, depth) };
    }
    return this.attribute(prefix + this.pathOf(next), depth);
  }

  private attribute(path: string, depth: number): Filter {
    if (this.tokens[this.at] === '[') {
      this.at += 1;
      const inner = this.until(']', `${path}.`, depth);
      const rest = this.tokens[this.at];
      if (!rest?.startsWith('.')) return inner;
      this.at += 1;
      return { type: 'and', parts: [inner, this.compared(path + rest.toLowerCase())] };
    }
    return this.compared(path);
  }

  private compared(path: string): Filter {
    const comparison = this.take().toLowerCase();
    if (comparison === 'pr') return { type: 'present', path };
    if (!comparisons.has(comparison)) throw invalid('The filter compares in a way that SCIM does not know.');
    return { type: 'compare', path, comparison: comparison as Comparison, value: valueOf(this.tokens[this.at++]) }; // it is in the set
  }

  private until(end: string, prefix: string, depth: number): Filter {
    const filter = this.any(prefix, depth + 1);
    if (this.take() !== end) throw invalid('A bracket in the filter is not closed.');
    return filter;
  }

  private pathOf(text: string): string {
    const path = text.toLowerCase().replace(coreSchema, '');
    if (!/^[a-z][\w.$:-]*$/.test(path)) throw invalid('The filter names something that is not an attribute.');
    return path;
  }

  private take(): string {
    const next = this.tokens[this.at];
    if (next === undefined) throw invalid('The filter ends too early.');
    this.at += 1;
    return next;
  }
}

/** Fails with SCIM_INVALID_FILTER for whatever is no filter, too long or too deep. */
export function readFilter(text: string): Filter {
  if (text.length > longest) throw invalid(`A filter may have ${longest} characters.`);
  return new Reader(tokensOf(text)).whole();
}

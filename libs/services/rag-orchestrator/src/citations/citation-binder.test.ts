import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CitationBinder, type BoundPart } from './citation-binder.js';

const passages = new Map([1, 2, 3, 4, 5].map((marker) => [marker, `passage ${String(marker)}`]));

function bind(chunks: readonly string[]): { text: string; cited: string[]; parts: BoundPart<string>[] } {
  const binder = new CitationBinder((marker) => passages.get(marker));
  const parts = [...chunks.flatMap((chunk) => binder.push(chunk)), ...binder.end()];
  const text = parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
  return { text, cited: parts.flatMap((part) => (part.type === 'citation' ? [`${String(part.number)}=${part.passage}`] : [])), parts };
}
const said = (text: string) => bind([text]).text;

/** Anything a reader or a renderer could take for a marker. */
const looksLikeMarker = /[[【［〔〖⟦][\s\\\u200b-\u200f]*(?:sources?|src|refs?|references?|passages?|documents?|doc|s|n|no)?[\s#^]*(\p{N}+)[\s\\\p{N},;&–-]*[\]】］〕〗⟧]/giu;

describe('binding citations', () => {
  it('numbers passages in order of first use', () => {
    const { text, cited } = bind(['Wash hands [3]. Use gloves [1][3]. Again [1, 2].']);
    expect(text).toBe('Wash hands [1]. Use gloves [2][1]. Again [2][3].');
    expect(cited).toEqual(['1=passage 3', '2=passage 1', '3=passage 2']);
  });

  it.each([
    ['a 【2】 b', 'a [1] b'], ['a [1-3] b', 'a [1][2][3] b'], ['a [1–2], b', 'a [1][2], b'], ['a [source 4].', 'a [1].'], ['a [Sources 4 and 5].', 'a [1][2].'],
    ['a [^2] b', 'a [1] b'], ['a [[2]] b', 'a [1] b'], ['a 【4:0†source】 b', 'a [1] b'], ['a ［２］ b', 'a [1] b'], ['a [٢] b', 'a [1] b'], ['a [ 2 ] b', 'a [1] b'], ['a [#2] b', 'a [1] b'], ['a \\[2\\] b', 'a [1] b'],
  ])('understands %s', (model, reader) => expect(said(model)).toBe(reader));

  it.each([
    ['a [9].', 'a.'], ['a [9] b', 'a b'], ['a [9], b', 'a, b'], ['a [1, 9] b', 'a [1] b'], ['a [0] b', 'a b'], ['a [2-9] b', 'a b'], ['a [1-99999999] b', 'a b'], ['a [-1] b', 'a [1] b'],
    ['a [[9]1] b', 'a [1] b'], ['a [[9]9] b', 'a b'], ['a [9[9]] b', 'a b'], ['a [', 'a'], ['a [1', 'a'], ['a [source', 'a [source'], ['a [12]3] b', 'a 3] b'], ['a \\[9\\] b', 'a b'], ['a &#91;9] b', 'a &#91 ;9] b'], ['[9]', ''],
  ])('removes what resolves to nothing: %s', (model, reader) => expect(said(model)).toBe(reader));

  it.each(['dose [mg/kg] daily', 'see [the table] there', 'array[i] and x[y]', 'range [2–5 mg] is usual', 'مرحبا [ملاحظة] بك', 'a  b   c', '  indented\n    more\n'])('leaves ordinary text alone: %s', (text) => {
    expect(said(text).trimEnd()).toBe(text.trimEnd());
  });

  it('keeps links, images and definitions from forming', () => {
    expect(said('![x](http://evil/a.png)')).toBe('! [x] (http://evil/a.png)');
    expect(said('click [here](javascript:alert(1))')).toBe('click [here] (javascript:alert(1))');
    expect(said('see [1](http://evil)')).toBe('see [1] (http://evil)');
    expect(said('[1]: http://evil')).toBe('[1] : http://evil');
    expect(said('![x][9](http://evil)')).toBe('! [x] (http://evil)');
    expect(said('<img src=x onerror=alert(1)>')).toBe('<img src=x onerror=alert(1)>');
  });

  it('drops what nobody can see', () => {
    expect(said('a\u0000b\u202ec\u{e0041}d [\u200b1]')).toBe('abcd [1]');
  });

  it('keeps characters whole that were cut between chunks', () => {
    expect(bind(['🫀'.slice(0, 1), `${'🫀'.slice(1)} ok`]).text).toBe('🫀 ok');
  });

  it('holds back no more than a marker', () => {
    const binder = new CitationBinder(() => undefined);
    const written = binder.push(`[${'1 '.repeat(200)}`).map((part) => (part.type === 'text' ? part.text : '')).join('');
    expect(written.length).toBeGreaterThan(300);
    expect(written).not.toContain('[');
  });

  const fragment = fc.constantFrom(
    ...['[', ']', '【', '】', '［', '］', '(', ')', '!', ':', '^', '#', '-', '–', ',', ';', ' ', '\n', '  ', '[1]', '[2]', '[9]', '[1, 9]', '[1-3]', '[4–8]', '[source 1]', '[source', 'source ', 'ref', '【7†source】', '1', '2', '9', '0', '12', '٣', '５', '²'],
    ...['word', 'Dose 5 mg', '.', 'http://evil', '<b>', '\u200b', '\u200d', '\u202e', '\ue001', '\ue009', '\u0000', '🫀', '\ud83e', '\udec0', 'مرحبا', '\\[1\\]', '[[', ']]', '](', '[1](', '![', '[x]:', '&#91;1]'],
  );
  const hostile = fc.array(fragment, { maxLength: 40 }).map((pieces) => pieces.join(''));

  it('makes no character of two halves that something unseen parts, however they arrive', () => {
    const parted = '\ud83e\u200b\udec0';
    expect(bind([parted]).text).toBe('\ufffd\ufffd');
    expect(bind([...Array(parted.length).keys()].map((at) => parted.charAt(at))).text).toBe('\ufffd\ufffd');
  });

  it('10,000 hostile outputs: no dangling marker, no link, whatever the chunks', () => {
    fc.assert(
      fc.property(hostile, fc.infiniteStream(fc.integer({ min: 1, max: 7 })), (output, sizes) => {
        const chunks: string[] = [];
        for (let at = 0; at < output.length; ) {
          const size = sizes.next().value as number; // an infinite stream
          chunks.push(output.slice(at, at + size));
          at += size;
        }
        const { text, cited, parts } = bind(chunks);
        const whole = bind([output]);
        expect(text).toBe(whole.text);
        expect(cited).toEqual(whole.cited);
        for (const [, digits = ''] of text.matchAll(looksLikeMarker)) expect(Number(digits) >= 1 && Number(digits) <= cited.length).toBe(true);
        expect(text).not.toMatch(/\]\(|!\[/);
        let announced = 0;
        for (const part of parts) {
          if (part.type === 'citation') announced = part.number;
          else for (const [, digits = ''] of part.text.matchAll(looksLikeMarker)) expect(Number(digits)).toBeLessThanOrEqual(announced);
        }
      }),
      { numRuns: 10_000 },
    );
  });
});

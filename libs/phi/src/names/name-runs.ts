import type { Token } from '../text/tokens.js';
import { particles, suffixes } from './contexts.data.js';
import { senseOf, type WordSense } from './lexicon.js';

/** Words in a row that could together be a name; `from` and `to` (exclusive) count tokens. */
export interface NameRun {
  readonly from: number;
  readonly to: number;
  /** Sense of every full word, initials and particles left out. */
  readonly words: readonly WordSense[];
  readonly initials: number;
  /** The surname stands first: «Young, Mary». */
  readonly inverted: boolean;
}

const mostWords = 5;
const isName = (token: Token | undefined): token is Token => token?.type === 'word' && token.capitals !== 'lower';
const blank = (left: Token, right: Token | undefined) => right !== undefined && right.start - left.end <= 3;

/** Title and UPPER do not mix within a name, save for a first word: «Mary SMITH» is one, «Young MRN» is none. */
function fits(first: Token, token: Token): boolean {
  if (token.capitals === 'initial' || first.capitals === 'initial') return true;
  if (first.capitals === 'upper') return token.capitals === 'upper' || (first.text.length <= 3 && token.capitals === 'title');
  return token.capitals === 'title' || (token.capitals === 'upper' && token.text.length >= 3 && senseOf(token.folded).last) || /^(?:II|III|IV|JR|SR)$/.test(token.text);
}

interface Reach {
  to: number;
  words: WordSense[];
  initials: number;
}

/** «de», «van der»: one or two small words with a capital behind them. */
function leadsOn(tokens: readonly Token[], at: number): boolean {
  if (!particles.has(tokens[at]?.folded ?? '')) return false;
  return isName(tokens[at + 1]) || (particles.has(tokens[at + 1]?.folded ?? '') && isName(tokens[at + 2]));
}

/** How far the run from a token goes, stopping at words that no name has. */
function reachFrom(tokens: readonly Token[], from: number, first: Token): Reach {
  const reach: Reach = { to: from, words: [], initials: 0 };
  let at = from;
  while (reach.words.length + reach.initials < mostWords) {
    const token = tokens[at];
    if (!token || token.type !== 'word' || (at > from && !blank(tokens[at - 1] ?? token, token))) break;
    if (token.capitals === 'lower') {
      if (at === from || !leadsOn(tokens, at)) break;
      at += 1;
      continue;
    }
    if (!fits(first, token)) break;
    if (token.capitals === 'initial') {
      reach.initials += 1;
      at += tokens[at + 1]?.text === '.' && tokens[at + 1]?.start === token.end ? 2 : 1;
      reach.to = at;
      continue;
    }
    const sense = senseOf(token.folded);
    const isSuffix = suffixes.has(token.folded) && at > from;
    if (!isSuffix && (sense.sense === 'never' || sense.sense === 'word')) break;
    if (!isSuffix) reach.words.push(sense);
    at += 1;
    if (isSuffix && tokens[at]?.text === '.') at += 1;
    reach.to = at;
    if (isSuffix) break;
  }
  return reach;
}

/** The name that could start at a token, or null; looks over a comma for a given name behind a surname. */
export function runFrom(tokens: readonly Token[], from: number): NameRun | null {
  const first = tokens[from];
  if (!isName(first)) return null;
  // most capitals begin a sentence or a heading
  if (first.capitals !== 'initial' && /^(?:never|word)$/.test(senseOf(first.folded).sense)) return null;
  const reach = reachFrom(tokens, from, first);
  if (reach.words.length === 0) return null;
  const run: NameRun = { from, ...reach, inverted: false };
  const comma = tokens[reach.to];
  const given = tokens[reach.to + 1];
  if (comma?.text !== ',' || !isName(given) || reach.words.length > 2 || given.start - comma.end > 2 || tokens[reach.to - 1]?.type === 'mark' || !fits(first, given)) return run;
  const rest = reachFrom(tokens, reach.to + 1, given);
  if (rest.to === reach.to + 1 || rest.words.length > 2 || (rest.words.length === 0 && rest.initials === 0)) return run;
  if (rest.words[0] && !rest.words[0].first && rest.words[0].sense !== 'unknown') return run;
  return { from, to: rest.to, words: [...reach.words, ...rest.words], initials: reach.initials + rest.initials, inverted: true };
}

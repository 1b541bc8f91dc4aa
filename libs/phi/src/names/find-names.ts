import type { PhiSpan } from '../kinds.js';
import type { Token } from '../text/tokens.js';
import { contextAfter } from './context-after.js';
import { contextBefore, startsSentence } from './context-before.js';
import { particles, personPhrases, titles } from './contexts.data.js';
import { judgeName } from './decide.js';
import { senseOf } from './lexicon.js';
import { runFrom, type NameRun } from './name-runs.js';
import { findMentions, type TakenName } from './repeat-mentions.js';

const spanOf = (tokens: readonly Token[], { from, to, score }: TakenName): PhiSpan => {
  let last = to - 1;
  while (last > from && tokens[last]?.text === '.' && !/^\p{Lu}$|^(?:jr|sr)$/iu.test(tokens[last - 1]?.text ?? '')) last -= 1;
  return { start: tokens[from]?.start ?? 0, end: tokens[last]?.end ?? 0, kind: 'name', score };
};

/** «Mary and James Smith», «Drs. Chen and Patel»: what follows «and» is as good as what stood before. */
function continues(tokens: readonly Token[], at: number, lastEnd: number): boolean {
  const joint = tokens[at - 1];
  if (!joint || !/^(?:and|&|,|or|\/)$/.test(joint.text)) return false;
  return at - 1 === lastEnd || (at - 2 === lastEnd && tokens[at - 2]?.text === ',');
}

function judgeRun(tokens: readonly Token[], run: NameRun, lastEnd: number): number {
  const first = tokens[run.from];
  const before = contextBefore(tokens, run.from);
  const chained = (before === 'none' || before === 'loose') && lastEnd > 0 && continues(tokens, run.from, lastEnd) && run.words.some(({ sense }) => sense === 'sure' || sense === 'maybe');
  return judgeName({
    run, before: chained ? 'phrase' : before, after: contextAfter(tokens, run.to), atStart: startsSentence(tokens, run.from),
    shouted: first?.capitals === 'upper',
  });
}

const longestParticle = 5;
/** Words behind which a name may stand in small letters: the ends of phrases and the titles. */
const lowerCues = new Set([...titles, ...[...personPhrases].map((phrase) => phrase.split(' ').at(-1) ?? phrase), 'name']);

/** «dr smith», «my name is patricia desrosiers»: small letters, where nothing but a name can stand. */
function lowerRun(tokens: readonly Token[], at: number): number {
  const token = tokens[at];
  if (!token || token.capitals !== 'lower' || token.text.length < 3) return at;
  const [before, second] = [tokens[at - 1]?.folded ?? '', tokens[at - 2]?.folded ?? ''];
  const named = before === 'name' || before === 'names' || second === 'name';
  const { sense, first } = senseOf(token.folded);
  if (sense !== 'sure' && !(named && sense === 'unknown')) return at;
  const context = contextBefore(tokens, at);
  if (!(context === 'title' || named || (context === 'phrase' && first))) return at;
  let to = at + 1;
  while (to < at + 3 && tokens[to]?.type === 'word' && ['sure', 'unknown'].includes(senseOf(tokens[to]?.folded ?? '').sense)) to += 1;
  return to;
}

/** «Dr de la Cruz»: a name that begins with small words. */
function particleRun(tokens: readonly Token[], at: number): number {
  if (!particles.has(tokens[at]?.folded ?? '') || tokens[at]?.type !== 'word') return at;
  const next = tokens[at + 1]?.capitals === 'lower' && particles.has(tokens[at + 1]?.folded ?? '') ? at + 2 : at + 1;
  const run = tokens[next]?.capitals === 'lower' ? null : runFrom(tokens, next);
  return run && /^(?:title|label|role|phrase)$/.test(contextBefore(tokens, at)) ? run.to : at;
}

/** A title makes a name even of an ordinary word: «Dr. Butcher». */
function titledWord(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at];
  const before = tokens[at - 1]?.text === '.' ? tokens[at - 2] : tokens[at - 1];
  if (token?.capitals !== 'title' || !titles.has(before?.folded ?? '') || titles.has(token.folded)) return false;
  return contextBefore(tokens, at) === 'title' && senseOf(token.folded).sense === 'word' && contextAfter(tokens, at + 1) !== 'eponym';
}

/** People's names, by what stands around them, by lists and by shape; then every other place where such a name stands, or one of `elsewhere`, folded. */
export function findNames(tokens: readonly Token[], elsewhere: ReadonlySet<string>): PhiSpan[] {
  const spans: PhiSpan[] = [];
  const taken: TakenName[] = [];
  let lastEnd = 0;
  /** Where the last word stood behind which a name may stand in small letters. */
  let cueAt = -3;
  const take = (from: number, to: number, score: number): number => {
    spans.push(spanOf(tokens, { from, to, score }));
    taken.push({ from, to, score });
    lastEnd = to;
    return to;
  };
  for (let at = 0; at < tokens.length; ) {
    const token = tokens[at];
    if (token?.type !== 'word') {
      at += 1;
    } else if (token.capitals === 'lower') {
      const to = Math.max(cueAt >= at - 2 ? lowerRun(tokens, at) : at, token.text.length <= longestParticle ? particleRun(tokens, at) : at);
      if (lowerCues.has(token.folded)) cueAt = at;
      at = to > at ? take(at, to, 0.85) : at + 1;
    } else {
      if (titles.has(token.folded) || token.folded === 'name') cueAt = at;
      const run = runFrom(tokens, at);
      const score = run ? judgeRun(tokens, run, lastEnd) : 0;
      if (run && score > 0) at = take(run.from, run.to, score);
      else if (!run && titledWord(tokens, at)) at = take(at, at + 1, 0.7);
      else at += 1;
    }
  }
  return [...spans, ...findMentions(tokens, taken, elsewhere)];
}

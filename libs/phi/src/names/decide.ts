import type { Context } from './context-before.js';
import type { Sequel } from './context-after.js';
import type { NameRun } from './name-runs.js';

export interface Evidence {
  readonly run: NameRun;
  readonly before: Context;
  readonly after: Sequel;
  /** A capital says nothing here. */
  readonly atStart: boolean;
  /** Every letter is a capital. */
  readonly shouted: boolean;
}

interface Shape {
  readonly many: boolean;
  readonly sure: boolean;
  /** A given name in front and a surname behind, or a surname, a comma and a given name. */
  readonly full: boolean;
  readonly eponym: boolean;
  readonly single: NameRun['words'][number]['sense'];
}

function shapeOf({ words, initials, inverted }: NameRun): Shape {
  const [first, last] = [words[0], words.at(-1)];
  const [given, family] = inverted ? [words.find((word, index) => index > 0 && word.first), first] : [first, last];
  return {
    many: words.length + initials >= 2,
    sure: words.some(({ sense }) => sense === 'sure'),
    full: words.length >= 2 && given?.first === true && (family?.last === true || family?.first === true),
    eponym: words.some(({ eponym }) => eponym),
    single: first?.sense ?? 'unknown',
  };
}

/** Without a word before it that people have: only what looks like a name by itself, or does what people do. */
function judgeAlone({ run, after, atStart, shouted }: Evidence, shape: Shape): number {
  const [first] = run.words;
  if (after === 'identified') return shape.sure || shape.many || (shape.single === 'maybe' && !atStart) ? 0.8 : shape.single === 'unknown' && !atStart ? 0.5 : 0;
  if (shape.many) {
    if (shape.full && shape.sure) return 0.8;
    if (run.initials > 0 && shape.sure) return 0.75;
    if (run.initials > 0 && shape.full) return 0.7;
    if (shouted && !shape.full) return 0;
    if (first?.sense === 'sure' && first.first && !shape.eponym) return 0.7;
    if (shape.sure && run.words.at(-1)?.last === true && !shape.eponym) return 0.55;
    if (shape.full && (after === 'acts' || after === 'ends' || after === 'perhaps-acts' || !atStart) && !(shape.eponym && after !== 'acts')) return 0.55;
    if (after === 'acts' && !shape.eponym) return 0.5;
    return !atStart && !shape.eponym && run.words.length > 1 && run.words.every(({ sense }) => sense === 'unknown' || sense === 'sure') ? 0.45 : 0;
  }
  if (shouted || run.initials > 0 || shape.eponym) return 0;
  if (shape.single === 'sure') return first?.first === true ? 0.6 : 0.5;
  if (shape.single === 'unknown' && after === 'acts') return 0.5;
  return shape.single === 'maybe' && !atStart && after === 'acts' ? 0.5 : 0;
}

function judgeLoose(evidence: Evidence, shape: Shape): number {
  if (shape.many) return shape.full || (shape.sure && !shape.eponym) ? 0.75 : judgeAlone(evidence, shape);
  if (evidence.after === 'identified' && shape.single !== 'unknown') return 0.75;
  if (shape.eponym || evidence.shouted) return 0;
  if (shape.single === 'sure') return 0.65;
  return shape.single === 'maybe' && evidence.run.words[0]?.first === true && /^(?:acts|identified|ends)$/.test(evidence.after) ? 0.55 : 0;
}

/** How sure it is that a run of words names a person; 0 when it does not. */
export function judgeName(evidence: Evidence): number {
  const { before, after, run } = evidence;
  const shape = shapeOf(run);
  if (before === 'title') return 0.95;
  if (after === 'degree') return 0.93;
  const isEponym = after === 'eponym' && !(shape.full && shape.sure && !shape.eponym);
  if (before === 'label') return isEponym && !shape.many ? 0 : 0.92;
  if (isEponym) return 0;
  switch (before) {
    case 'role':
    case 'phrase':
      return shape.single === 'maybe' && shape.eponym && !shape.many && before === 'phrase' ? 0.55 : 0.9;
    case 'signature':
      return after === 'ends' || shape.sure ? 0.88 : 0;
    case 'salutation':
      return 0.85;
    case 'soft-label':
      return shape.sure || shape.many || (shape.single === 'maybe' && after === 'ends') ? 0.85 : 0;
    case 'loose':
      return judgeLoose(evidence, shape);
    default:
      return judgeAlone(evidence, shape);
  }
}

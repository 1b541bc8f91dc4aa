import type { PhiKind, PhiSpan } from './kinds.js';
import { nothingKnown, repeatedValues, type KnownPhi } from './known-phi.js';
import { findNames } from './names/find-names.js';
import { ageFinders } from './patterns/ages.js';
import { dateFinders, namedDateFinders } from './patterns/dates.js';
import { internetFinders } from './patterns/internet.js';
import { findLabelled, findPlates } from './patterns/labelled.js';
import { imageFinder, numberFinders } from './patterns/numbers.js';
import { phoneFinders } from './patterns/phones.js';
import { addressFinders, namedPlaceFinders } from './places/addresses.js';
import { findPlaces } from './places/find-places.js';
import { resolveOverlaps } from './text/resolve-overlaps.js';
import { tokensOf } from './text/tokens.js';

const wordFinders = [...internetFinders, ...namedDateFinders, ...ageFinders, imageFinder, ...namedPlaceFinders];
/** What needs a digit; most sentences of a text have none. */
const digitFinders = [...dateFinders, ...phoneFinders, ...numberFinders, findPlates, ...addressFinders];

export interface FindOptions {
  /** Only these kinds; all unless told. */
  readonly kinds?: readonly PhiKind[];
  /** Leaves out what the finder is less sure of, from 0 to 1; 0 unless told, for what is missed is worse than what is masked in vain. */
  readonly leastScore?: number;
  /** What was found in texts beside this one: it is found here too, wherever it stands. */
  readonly known?: KnownPhi;
}

/**
 * Finds personal health information of the 18 Safe Harbor classes, in the order of the text and without overlaps.
 * Time grows with the length of the text only. Rules miss names: what is found is a floor, and text without findings is not thereby de-identified.
 */
export function findPhi(text: string, { kinds, leastScore = 0, known = nothingKnown }: FindOptions = {}): PhiSpan[] {
  const tokens = tokensOf(text);
  const all: PhiSpan[] = [];
  for (const find of wordFinders) take(find(text), all);
  if (/\d/.test(text)) {
    for (const find of digitFinders) take(find(text), all);
    take(findLabelled(text, tokens), all);
  }
  for (const spans of [findNames(tokens, known.nameParts), findPlaces(tokens)]) take(spans, all);
  take(repeatedValues(text, { tokens, found: all, known }), all);
  const found = resolveOverlaps(leastScore > 0 ? all.filter(({ score }) => score >= leastScore) : all);
  return kinds === undefined ? found : found.filter(({ kind }) => kinds.includes(kind));
}

function take(spans: readonly PhiSpan[], all: PhiSpan[]): void {
  for (const span of spans) all.push(span);
}

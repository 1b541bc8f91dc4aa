import type { PhiSpan } from '../kinds.js';
import { senseOf } from '../names/lexicon.js';
import type { Token } from '../text/tokens.js';
import { beginsCity, isCity } from './cities.js';
import { facilityEndingAt } from './facilities.js';
import { largePlaces } from './street-words.data.js';

const homeWords = new Set(['lives', 'living', 'lived', 'live', 'moved', 'moving', 'resides', 'residing', 'resided', 'resident', 'native', 'born', 'grew', 'raised', 'originally', 'hometown', 'house', 'home', 'apartment', 'traveled', 'travelled', 'flew', 'relocated', 'drove', 'commutes', 'visiting', 'works', 'worked', 'employed', 'incarcerated', 'stationed', 'vacationing', 'homeless', 'staying', 'farm', 'shelter', 'based', 'returned', 'trip', 'town', 'city', 'village', 'suburb', 'outskirts', 'brought', 'transferred', 'transported', 'airlifted', 'transfer', 'arrived', 'coming', 'meeting', 'located']);
const prepositions = new Set(['in', 'at', 'from', 'to', 'near', 'of', 'outside', 'around', 'within', 'via', 'through']);
/** «Ottawa ankle rules», «Framingham risk score»: places that gave something their name. */
const instruments = new Set(['virus', 'disease', 'syndrome', 'fever', 'score', 'scale', 'criteria', 'criterion', 'classification', 'questionnaire', 'study', 'protocol', 'rule', 'rules', 'system', 'bath', 'index', 'trial', 'consensus', 'guideline', 'guidelines', 'declaration', 'convention', 'cohort', 'equation', 'method', 'technique', 'fracture', 'strain', 'agreement']);
const mostWords = 3;

const capital = (token: Token | undefined): token is Token => token?.type === 'word' && (token.capitals === 'title' || (token.capitals === 'upper' && token.text.length > 3));

/** The longest run of capitalised words from here that is a known city, as a number of tokens. */
function cityLength(tokens: readonly Token[], at: number): number {
  let name = '';
  let longest = 0;
  let to = at;
  for (let words = 0; words < mostWords; words += 1) {
    const token = tokens[to];
    if (!capital(token)) break;
    const word = token.folded;
    if (words === 0 && !beginsCity(word)) return 0;
    name = words === 0 ? word : `${name} ${word}`;
    to += tokens[to + 1]?.text === '.' && /^(?:st|ft|mt)$/.test(word) ? 2 : 1;
    if (isCity(name)) longest = to - at;
  }
  return longest;
}

interface Surroundings {
  readonly preposition: string;
  readonly home: boolean;
}

function surroundings(tokens: readonly Token[], at: number): Surroundings {
  const before = tokens[at - 1]?.folded ?? '';
  const preposition = prepositions.has(before) ? before : '';
  const isHome = (back: number) => homeWords.has(tokens[at - back]?.folded ?? '');
  return { preposition, home: (preposition !== '' && (isHome(2) || isHome(3) || isHome(4))) || before === 'hometown' || (tokens[at - 1]?.text === ':' && /^(?:city|town|hometown|birthplace|residence|location|address)$/i.test(tokens[at - 2]?.text ?? '')) };
}

/** Quick look before the thorough one: most capitals have no such word before them. */
const mayBeHome = (before: Token | undefined): boolean => before !== undefined && (before.text === ':' || prepositions.has(before.folded) || before.folded === 'hometown');

/** A word that nothing knows, where people live or come from. */
function unknownPlace(tokens: readonly Token[], at: number, { home }: Surroundings): number {
  if (!home) return 0;
  let to = at;
  while (to < at + mostWords && capital(tokens[to]) && !/^(?:word|never)$/.test(senseOf(tokens[to]?.folded ?? '').sense)) to += 1;
  const name = tokens.slice(at, to).map(({ folded }) => folded).join(' ');
  return largePlaces.has(name) || contextIsPerson(tokens[to]) ? 0 : to - at;
}
const contextIsPerson = (token: Token | undefined): boolean => token?.text === "'s";

function judgeCity(tokens: readonly Token[], at: number, length: number): number {
  const name = tokens.slice(at, at + length).map(({ folded }) => folded).join(' ').replace(' . ', '. ');
  if (largePlaces.has(name)) return 0;
  const { preposition, home } = surroundings(tokens, at);
  for (let ahead = 0; ahead < 3; ahead += 1) {
    const word = tokens[at + length + ahead];
    if (word === undefined || (word.type !== 'word' && ahead > 0)) break;
    if (instruments.has(word.folded)) return 0;
  }
  if (home) return 0.85;
  const { sense } = senseOf(tokens[at]?.folded ?? '');
  const ordinary = sense === 'word' || sense === 'never' || sense === 'maybe';
  if (length > 1) return sense === 'word' && preposition === '' ? 0.5 : 0.75;
  if (preposition === 'in' || preposition === 'at' || preposition === 'near' || preposition === 'outside' || preposition === 'from') return sense === 'word' || sense === 'never' ? 0 : 0.7;
  return ordinary ? 0 : 0.5;
}

const spanOf = (tokens: readonly Token[], [from, to]: readonly [number, number], found: Pick<PhiSpan, 'kind' | 'score'>): PhiSpan => ({ start: tokens[from]?.start ?? 0, end: tokens[to - 1]?.end ?? 0, ...found });

/** Cities by name, unknown words where a home stands, and care facilities by their last word. */
export function findPlaces(tokens: readonly Token[]): PhiSpan[] {
  const spans: PhiSpan[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined || token.capitals === 'lower' || !capital(token)) continue;
    const facility = facilityEndingAt(tokens, at);
    if (facility) spans.push(spanOf(tokens, facility, { kind: 'facility', score: 0.8 }));
    const length = cityLength(tokens, at);
    const score = length > 0 ? judgeCity(tokens, at, length) : 0;
    if (score > 0) spans.push(spanOf(tokens, [at, at + length], { kind: 'place', score }));
    const unknown = length === 0 && mayBeHome(tokens[at - 1]) ? unknownPlace(tokens, at, surroundings(tokens, at)) : 0;
    if (unknown > 0) spans.push(spanOf(tokens, [at, at + unknown], { kind: 'place', score: 0.72 }));
    if (score > 0) at += length - 1;
  }
  return spans;
}

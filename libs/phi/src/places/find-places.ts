import type { PhiSpan } from '../kinds.js';
import { senseOf } from '../names/lexicon.js';
import { fold } from '../text/fold.js';
import type { Token } from '../text/tokens.js';
import { isCity } from './cities.js';
import { facilityFrom } from './facilities.js';
import { largePlaces, stateNames } from './street-words.data.js';

const homeWords = new Set(['lives', 'living', 'lived', 'live', 'moved', 'moving', 'resides', 'residing', 'resided', 'resident', 'native', 'born', 'grew', 'raised', 'originally', 'hometown', 'house', 'home', 'apartment', 'traveled', 'travelled', 'flew', 'relocated', 'drove', 'commutes', 'visiting', 'works', 'worked', 'employed', 'incarcerated', 'stationed', 'vacationing', 'homeless', 'staying', 'farm', 'shelter', 'based', 'returned', 'trip', 'town', 'city', 'village', 'suburb', 'outskirts', 'brought', 'transferred', 'transported', 'airlifted', 'transfer', 'arrived', 'coming', 'meeting', 'located']);
const prepositions = new Set(['in', 'at', 'from', 'to', 'near', 'of', 'outside', 'around', 'within', 'via', 'through']);
const states = new Set(stateNames.toLowerCase().split('|'));
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
    name = name === '' ? token.text : `${name} ${token.text}`;
    to += tokens[to + 1]?.text === '.' && /^(?:st|ft|mt)$/i.test(token.text) ? 2 : 1;
    if (isCity(name)) longest = to - at;
  }
  return longest;
}

interface Surroundings {
  readonly preposition: string;
  readonly home: boolean;
}

function surroundings(tokens: readonly Token[], at: number): Surroundings {
  const before = tokens[at - 1]?.text.toLowerCase() ?? '';
  const preposition = prepositions.has(before) ? before : '';
  const near = [2, 3, 4].map((back) => tokens[at - back]).filter((token) => token?.type === 'word').map((token) => token?.text.toLowerCase() ?? '');
  return { preposition, home: (preposition !== '' && near.some((word) => homeWords.has(word))) || before === 'hometown' || (tokens[at - 1]?.text === ':' && /^(?:city|town|hometown|birthplace|residence|location|address)$/i.test(tokens[at - 2]?.text ?? '')) };
}

/** A word that nothing knows, where people live or come from. */
function unknownPlace(tokens: readonly Token[], at: number, { home }: Surroundings): number {
  if (!home) return 0;
  let to = at;
  while (to < at + mostWords && capital(tokens[to]) && !/^(?:word|never)$/.test(senseOf(tokens[to]?.text ?? '').sense)) to += 1;
  const name = tokens.slice(at, to).map(({ text }) => text.toLowerCase()).join(' ');
  return largePlaces.has(name) || contextIsPerson(tokens[to]) ? 0 : to - at;
}
const contextIsPerson = (token: Token | undefined): boolean => token?.text === "'s";

function judgeCity(tokens: readonly Token[], at: number, length: number): number {
  const name = tokens.slice(at, at + length).map(({ text }) => text).join(' ').replace(' . ', '. ');
  if (states.has(fold(name)) || largePlaces.has(fold(name))) return 0;
  const { preposition, home } = surroundings(tokens, at);
  const next = tokens[at + length]?.text.toLowerCase() ?? '';
  if (/^(?:virus|disease|syndrome|fever|score|scale|criteria|classification|questionnaire|study|protocol|rule|rules|system|bath|coma|heart|'s)$/.test(next)) return 0;
  if (home) return 0.85;
  const { sense } = senseOf(tokens[at]?.text ?? '');
  const ordinary = sense === 'word' || sense === 'never' || sense === 'maybe';
  if (length > 1) return sense === 'word' && preposition === '' ? 0.5 : 0.75;
  if (preposition === 'in' || preposition === 'at' || preposition === 'near' || preposition === 'outside' || preposition === 'from') return sense === 'word' || sense === 'never' ? 0 : 0.7;
  return ordinary ? 0 : 0.5;
}

/** Cities by name, unknown words where a home stands, and care facilities by their last word. */
export function findPlaces(tokens: readonly Token[]): PhiSpan[] {
  const spans: PhiSpan[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (!capital(token)) continue;
    const push = (length: number, kind: PhiSpan['kind'], score: number) => spans.push({ start: token.start, end: tokens[at + length - 1]?.end ?? token.end, kind, score });
    const facility = facilityFrom(tokens, at);
    if (facility > 0) {
      push(facility, 'facility', 0.8);
      at += facility - 1;
      continue;
    }
    const length = cityLength(tokens, at);
    const score = length > 0 ? judgeCity(tokens, at, length) : 0;
    if (score > 0) push(length, 'place', score);
    else if (length === 0) {
      const unknown = unknownPlace(tokens, at, surroundings(tokens, at));
      if (unknown > 0) push(unknown, 'place', 0.72);
    }
    if (length > 0 && score > 0) at += length - 1;
  }
  return spans;
}

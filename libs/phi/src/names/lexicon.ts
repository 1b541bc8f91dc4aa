import { englishWords } from '../dictionaries/english-words.data.js';
import { firstNames } from '../dictionaries/first-names.data.js';
import { surnames } from '../dictionaries/surnames.data.js';
import { isCity } from '../places/cities.js';
import { largePlaces } from '../places/street-words.data.js';
import { eponyms } from './eponyms.data.js';
import { familiarFirstNames, familiarSurnames, wordsThatAreNoNames } from './familiar-names.data.js';
import { familyEnding, medicalEnding, neverNames } from './never-names.data.js';

/**
 * What a capitalised word may be: `sure` is a name and nothing else; `maybe` is a name and a word (or an eponym); `unknown` is in no list;
 * `word` is an ordinary or medical word; `never` ends every name.
 */
export type NameSense = 'sure' | 'maybe' | 'unknown' | 'word' | 'never';

export interface WordSense {
  readonly sense: NameSense;
  readonly first: boolean;
  readonly last: boolean;
  readonly eponym: boolean;
  /** An ordinary word of English too. */
  readonly ordinary: boolean;
}

const setOf = (lists: readonly (readonly string[])[]): Set<string> => new Set(lists.flatMap((list) => list.flatMap((line) => line.split(' '))));

interface Lists {
  readonly first: Set<string>;
  readonly last: Set<string>;
  readonly english: Set<string>;
  readonly never: Set<string>;
  readonly eponyms: Set<string>;
  readonly noNames: Set<string>;
}
let lists: Lists | undefined;
const senses = new Map<string, WordSense>();
const mostRemembered = 20_000;

const read = (): Lists =>
  (lists ??= {
    first: setOf([firstNames, familiarFirstNames]),
    last: setOf([surnames, familiarSurnames]),
    english: setOf([englishWords]),
    never: setOf([neverNames]),
    eponyms: setOf([eponyms]),
    noNames: setOf([wordsThatAreNoNames]),
  });

const endings: readonly (readonly [RegExp, string])[] = [[/s$/, ''], [/es$/, ''], [/ies$/, 'y'], [/ed$/, ''], [/ed$/, 'e'], [/ing$/, ''], [/ing$/, 'e'], [/ly$/, ''], [/er$/, ''], [/er$/, 'e'], [/ness$/, '']];

function isEnglish(word: string, english: Set<string>): boolean {
  return english.has(word) || (word.length > 5 && endings.some(([ending, instead]) => ending.test(word) && english.has(word.replace(ending, instead))));
}

const calendarNames = new Set(['april', 'may', 'june', 'august', 'jan']);
/** Also something other than a person: a month, a state, a country. */
const hasOtherMeaning = (word: string): boolean => calendarNames.has(word) || largePlaces.has(word);

/** «Z-Pak», «T-cell»: no name has a part of one letter. */
const oneLetter: WordSense = { sense: 'unknown', first: false, last: false, eponym: false, ordinary: false };

/** A doubled name is as sure as its surest part. */
function senseOfParts(parts: readonly WordSense[]): WordSense {
  const letter = parts.some((part) => part === oneLetter);
  const by = (sense: NameSense) => parts.some((part) => part.sense === sense);
  const sense: NameSense = by('never') || letter ? 'word' : by('sure') ? 'sure' : parts.every((part) => part.sense === 'word') ? 'word' : by('maybe') && !by('word') ? 'maybe' : by('word') ? 'word' : 'unknown';
  return { sense, first: parts.some(({ first }) => first), last: parts.some(({ last }) => last), eponym: parts.some(({ eponym }) => eponym), ordinary: parts.every(({ ordinary }) => ordinary) };
}

function lookUp(word: string): WordSense {
  if (word.length <= 1) return oneLetter;
  const { first: firsts, last: lasts, english, never, eponyms: named, noNames } = read();
  const plain = word.replaceAll("'", '');
  const irish = word.startsWith("o'") && word.length > 4;
  const [first, last, eponym] = [firsts.has(word), lasts.has(word) || (plain !== word && lasts.has(plain)) || irish, named.has(word)];
  const ordinary = isEnglish(word, english);
  const about = { first, last, eponym, ordinary };
  if (never.has(word)) return { ...about, sense: 'never' };
  if (word.includes('-') && !first && !last) return senseOfParts(word.split('-').map((part) => senseOf(part)));
  if (noNames.has(word)) return { ...about, sense: 'word', first: false, last: false };
  if (first || last) return { ...about, sense: ordinary || eponym || hasOtherMeaning(word) ? 'maybe' : 'sure' };
  if (ordinary) return { ...about, sense: 'word' };
  if (!eponym && familyEnding.test(word)) return { ...about, sense: 'sure', last: true };
  return { ...about, sense: medicalEnding.test(word) && !isCity(word) ? 'word' : 'unknown' };
}

/** What a folded word may be; remembered, for texts repeat their words. */
export function senseOf(word: string): WordSense {
  const known = senses.get(word);
  if (known) return known;
  const sense = lookUp(word);
  if (senses.size >= mostRemembered) senses.clear();
  senses.set(word, sense);
  return sense;
}

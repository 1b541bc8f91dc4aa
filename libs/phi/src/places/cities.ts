import { cities } from '../dictionaries/cities.data.js';

interface Cities {
  readonly names: ReadonlySet<string>;
  /** First words of all names: most words are none, and need no further look. */
  readonly firstWords: ReadonlySet<string>;
}
let known: Cities | undefined;
const handMade = 'nyc brooklyn queens bronx manhattan staten_island harlem hollywood saint_paul saint_louis fort_worth baton_rouge winston-salem';

function cityNames(): Cities {
  if (known) return known;
  const names = new Set([...cities.flatMap((line) => line.split(' ')), ...handMade.split(' ')]);
  return (known = { names, firstWords: new Set([...names].map((name) => name.split('_')[0] ?? name)) });
}

/** Whether a word can be the first of a city's name; folded. */
export const beginsCity = (word: string): boolean => word === 'st' || word === 'ft' || cityNames().firstWords.has(word);

/** Whether a folded name, its words separated by blanks, is that of a city of some size. */
export function isCity(name: string): boolean {
  const joined = name.replaceAll(' ', '_');
  const { names } = cityNames();
  return names.has(joined) || (joined.startsWith('st') && names.has(joined.replace(/^st\.?_/, 'saint_'))) || (joined.startsWith('ft') && names.has(joined.replace(/^ft\.?_/, 'fort_')));
}

import { cities } from '../dictionaries/cities.data.js';
import { fold } from '../text/fold.js';

let known: Set<string> | undefined;
const handMade = 'nyc l.a. d.c. brooklyn queens bronx manhattan staten_island harlem hollywood saint_paul saint_louis fort_worth baton_rouge winston-salem';

const names = (): Set<string> => (known ??= new Set([...cities.flatMap((line) => line.split(' ')), ...handMade.split(' ')]));

/** Whether a name, its words separated by blanks, is that of a city of some size. */
export const isCity = (name: string): boolean => names().has(fold(name).replace(/\s+/g, '_').replace(/^st\._?/, 'saint_')) || names().has(fold(name).replace(/\s+/g, '_'));

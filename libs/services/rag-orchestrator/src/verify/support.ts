import { isNumber, termsOf, wordsOf } from '@voiceassist/ai';

const negations = new Set(['not', 'no', 'never', 'without', 'neither', 'nor', 'none', 'cannot', 'contraindicated', 'avoid', 'except', 'unless', 'isn', 'aren', 'don', 'doesn', 'didn', 'shouldn', 'mustn', 'won', 'can’t', 'don’t']);
const units = 'mg|mcg|µg|μg|ug|ng|g|kg|ml|l|dl|mmol|mol|mmhg|iu|units?|hours?|hrs?|h|minutes?|min|seconds?|days?|weeks?|months?|years?|°c|°f|mm|cm|bpm|meq|percent|%';
const quantity = new RegExp(`(\\p{N}+(?:[.,]\\p{N}+)*)[\\s-]{0,8}(${units})(?![\\p{L}])`, 'giu');
const leastOverlap = 0.5;

const withoutTrailingZeros = (number: string) => (number.includes('.') ? number.replace(/0+$/, '').replace(/\.$/, '') : number);
const plainNumber = (digits: string) => withoutTrailingZeros(digits.replace(/,(?=\d{3}\b)/g, ''));
const unitKey = (unit: string) => unit.toLowerCase().replace(/^[µμu]g$/, 'mcg').replace(/^percent$/, '%').replace(/^h(?:rs?)?$/, 'hour').replace(/s$/, '');

const numbersIn = (text: string) => new Set(wordsOf(text).filter(isNumber).map(plainNumber));
const quantitiesIn = (text: string) => new Set([...text.normalize('NFKC').matchAll(quantity)].map(([, digits = '', unit = '']) => `${plainNumber(digits)} ${unitKey(unit)}`));
const isNegated = (text: string) => wordsOf(text).some((word) => negations.has(word));
const isSubset = (some: ReadonlySet<string>, all: ReadonlySet<string>) => [...some].every((each) => all.has(each));
const folded = (text: string) => text.normalize('NFKC').toLowerCase().replace(/[\s“”"‘’'-]+/g, '');

/** The stretch of the source that speaks of the same things; negation is compared there, not in the whole passage. */
function nearestSentence(terms: ReadonlySet<string>, source: string): string {
  const sentences = source.split(/(?<=[.!?;:])\s+|\n(?=[•●\-\d])/);
  const overlap = (sentence: string) => new Set(termsOf(sentence).filter((term) => terms.has(term))).size;
  return sentences.reduce((best, sentence) => (overlap(sentence) > overlap(best) ? sentence : best), sentences[0] ?? '');
}

/** Whether what a sentence states stands in the source: its words mostly, its numbers, units and negation exactly. */
export function isSupported(sentence: string, source: string): boolean {
  if (folded(source).includes(folded(sentence.replace(/[.!?]["”’]*$/, '')))) return true;
  if (!isSubset(numbersIn(sentence), numbersIn(source)) || !isSubset(quantitiesIn(sentence), quantitiesIn(source))) return false;
  const terms = new Set(termsOf(sentence));
  const known = new Set(termsOf(source));
  const shared = [...terms].filter((term) => known.has(term)).length;
  if (terms.size > 0 && shared / terms.size < leastOverlap) return false;
  return isNegated(sentence) === isNegated(nearestSentence(terms, source));
}

/** Greetings, lead-ins and questions state no fact that could be checked. */
export function statesFact(sentence: string): boolean {
  return new Set(termsOf(sentence)).size >= 3 && !/[:?]$/.test(sentence);
}

import type { PhiSpan } from '../kinds.js';
import type { Finder } from './finder.js';
import { identifierLabels, type IdentifierLabel } from './labels.data.js';

const number = '(?:[ ]?(?:numbers?|no\\.?|nos\\.|num\\.?|nr\\.?|#|ids?\\b|identifier|identification|code|ref(?:erence)?|file|template|hash|sample|record))';
const joint = '[ \\t]{0,3}(?:\\([^()\\n]{1,24}\\)[ \\t]?)?(?:[:#=.|-]|is\\b|was\\b|of\\b|are\\b|ending(?: in| with)?\\b)?[ \\t:#=*"\'“(-]{0,4}';
const value = '(?<value>\\d{1,4}(?: \\d{2,6}){1,5}(?![\\w-])|(?=[A-Za-z-]{0,14}\\d)[A-Za-z0-9]{1,24}(?:[-.](?=[A-Za-z0-9])[A-Za-z0-9]{1,20}){0,6})(?![\\w])';
const dose = /^[ ]?(?:mg|mcg|µg|ug|g|kg|ml|cc|l|iu|units?|mmol|meq|mm|cm|%|percent|dollars|patients|people|years?|months?|weeks?|days?|hours?|times|cases|samples|subjects|participants|beneficiaries|members|h|hz)\b|^%/i;
const looksLikeDate = /^(?:\d{1,2}[-./]\d{1,2}[-./]\d{2,4}|(?:19|20)\d{2}(?:-\d{2}-\d{2})?)$/;

/** A number word makes every label sure; without one the value has to be long enough to be no ordinary figure. */
function finderOfLabel({ kind, sure, numbered, shortest = 5 }: IdentifierLabel): Finder {
  const weak = numbered === undefined ? '' : `|(?<weak>${numbered})`;
  const expression = new RegExp(`(?<![\\p{L}\\d_])(?:(?<sure>${sure})${weak})(?<numbered>${number}{1,2})?${joint}${value}`, 'giud');
  return (text) => {
    const spans: PhiSpan[] = [];
    for (const match of text.matchAll(expression)) {
      const { value: found = '', weak: weakLabel, numbered: numberWord } = match.groups ?? {};
      const [start = 0, end = 0] = match.indices?.groups?.['value'] ?? [];
      if (weakLabel !== undefined && numberWord === undefined) continue;
      const digits = found.replace(/\D/g, '').length;
      const enough = numberWord === undefined ? found.length >= shortest && digits >= 3 : found.length >= 3 && digits >= 2;
      if (!enough || looksLikeDate.test(found) || dose.test(text.slice(end, end + 14))) continue;
      spans.push({ start, end, kind, score: numberWord === undefined ? 0.9 : 0.94 });
    }
    return spans;
  };
}

const plate = /(?<![\p{L}])(?:(?:[Ll]icen[cs]e|[Nn]umber|[Rr]egistration|[Vv]ehicle|[Cc]ar|[Rr]ear|[Ff]ront)[ ][Pp]lates?|[Pp]lates?|PLATES?|[Tt]ag|TAG|[Rr]egistration|[Rr]eg)\.?(?:[ ]?(?:no\.?|number|#|num))?[ \t]{0,3}(?:[:#]|is\b|was\b|reads?\b)?[ \t:#"'“(]{0,4}(?:[A-Z]{2} (?=[A-Z0-9]{2,4}[ -]?[A-Z0-9]{2,5}\b))?(?<value>(?=[A-Z -]{0,8}\d)[A-Z0-9]{1,4}(?:[ -][A-Z0-9]{1,5}){0,2}|(?=[A-Z]{0,7}\d)[A-Z0-9]{5,8})(?![\w])/gdu;
const plates: Finder = (text) => {
  const spans: PhiSpan[] = [];
  for (const match of text.matchAll(plate)) {
    const [start = 0, end = 0] = match.indices?.groups?.['value'] ?? [];
    const found = match.groups?.['value'] ?? '';
    if (found.length >= 4 && !/^(?:19|20)\d{2}$/.test(found) && !dose.test(text.slice(end, end + 14))) spans.push({ start, end, kind: 'vehicle', score: 0.93 });
  }
  return spans;
};

/** Identifiers that a word before them names. */
export const labelledFinders: readonly Finder[] = [...identifierLabels.map(finderOfLabel), plates];

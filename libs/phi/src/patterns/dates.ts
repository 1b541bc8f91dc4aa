import { finderOf, type Finder } from './finder.js';

const months = 'jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?';
const month = `(?:${months})\\b\\.?`;
const day = '(?:0?[1-9]|[12]\\d|3[01])(?:st|nd|rd|th)?';
const year = "(?:(?:19|20)\\d{2}|'\\d{2})";
const clock = '(?:[T ,]{1,2}(?:at )?\\d{1,2}:\\d{2}(?::\\d{2}(?:\\.\\d{1,6})?)?(?: ?(?:[ap]\\.?m\\.?|Z|[+-]\\d{2}:?\\d{2}))?)';
const and = '\\s{0,3}(?:-|–|—|to|and|through|until|&)\\s{0,3}';

const monthDay = (parts: readonly (string | undefined)[]): boolean => {
  const [first = 0, second = 0] = parts.map(Number);
  return (first >= 1 && first <= 12 && second >= 1 && second <= 31) || (second >= 1 && second <= 12 && first >= 1 && first <= 31);
};

/** 06/15/2024, 6-15-24, 15.06.2024 with an ISO time only when it stands directly behind. */
const numeric = finderOf(/(?<![\d/.-])(\d{1,2})([/.-])(\d{1,2})\2((?:19|20)\d{2}|\d{2})(?![\d/]|[.-]\d)/g, 'date', ({ 1: first, 2: mark, 3: second, 4: years }) => {
  if (!monthDay([first, second])) return 0;
  return mark === '.' && years?.length === 2 ? 0.6 : 0.95;
});
const yearFirst = finderOf(new RegExp(`(?<![\\d/.-])(?:19|20)\\d{2}([-/.])(?:0?[1-9]|1[0-2])\\1(?:0?[1-9]|[12]\\d|3[01])(?!\\d)(?:T\\d{2}:?\\d{2}(?::?\\d{2}(?:\\.\\d{1,6})?)?(?:Z|[+-]\\d{2}:?\\d{2})?)?`, 'g'), 'date', () => 0.97);
const yearMonth = finderOf(/(?<![\d/.-])(?:(?:0?[1-9]|1[0-2])[/](?:19|20)\d{2}|(?:19|20)\d{2}-(?:0[1-9]|1[0-2]))(?![\d/-])/g, 'date', () => 0.8);

/** June 20, 2023; Jun. 20; June 2023; June 3rd–5th; always with a capital, or with a day and a year. */
const monthFirst = finderOf(new RegExp(`(?<![\\p{L}\\d])${month}[ \\t]{0,3}(?:(?:the )?${day}(?!\\d|[ ]?(?:mg|mcg|ml|kg|units?|%|cases|patients))(?:${and}(?:${month} )?${day}(?!\\d))?(?:,?[ \\t]{1,3}${year})?|,?[ \\t]{0,2}(?:of )?${year})(?!\\d)`, 'giu'), 'date', ({ 0: found }) => {
  if (/^[a-z]/.test(found) && /^(?:may|march|mar)\b/.test(found) && !/\d{4}/.test(found)) return 0;
  return 0.95;
});
/** 15 June 2024, 15-Jun-2024, the 3rd of March, 15JUN2024. */
const dayFirst = finderOf(new RegExp(`(?<![\\d.,/])${day}(?:${and}${day})?(?:[ \\t]{0,2}|-|/|[ ]of[ ])${month}(?:(?:[ ,/-]{1,2})?${year}(?!\\d)|-\\d{2}(?!\\d)|(?![\\w-]))`, 'gi'), 'date', ({ 0: found }) => (/\d[ -]?(?:may|mar)\b(?!.*\d{2})/.test(found) ? 0 : 0.94));
/** A month alone says more than the year: in March, since June, mid-August, late May. */
const monthAlone = finderOf(new RegExp(`(?<=\\b(?:in|since|until|till|by|last|next|this|early|late|mid|of|from|through|during|before|after|every)[ -])(?:January|February|March|April|May|June|July|August|September|October|November|December)\\b(?!['’-]?\\p{L})`, 'gu'), 'date', () => 0.7);
const weekday = finderOf(/(?<![\p{L}])(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)(?![\p{L}])/gu, 'date', () => 0.6);
const holiday = finderOf(/(?<![\p{L}])(?:Christmas(?: Eve| Day)?|Thanksgiving|New Year['’]s(?: Eve| Day)?|Easter|Halloween|Labor Day|Memorial Day|Independence Day|Fourth of July|Valentine['’]s Day|Ramadan|Hanukkah|Diwali)(?![\p{L}])/gu, 'date', () => 0.55);

/** Month and day without a year: many fractions look alike, so that it needs a word before it that dates have. */
const cue = 'on|admitted|admission|discharged?|dob|born|birth|date|dated|seen|visit|since|until|from|due|scheduled|surgery|by|of|d/c|dos|effective|last|next|started?|stopped|follow[- ]?up|f/u|appt|appointment|as of|through|thru|between|before|after|given|drawn|received|expires?|exp|signed|labs?|note|xray|cxr|ct|mri|echo|ekg|ecg|procedure|update[d]?|repeat|recheck(?:ed)?|collected|resulted|reviewed|lmp|edd|edc|expired|died|deceased';
const cueBefore = new RegExp(`(?<![\\p{L}])(?:${cue})[:;,]?[ \\t]{1,3}\\(?$`, 'iu');
const shortNumeric = finderOf(/(?<![\d/.])(\d{1,2})\/(\d{1,2})(?![\d/]|\.\d|[ ]?(?:mg|ml|mmhg|strength|pain|vision|edema|bilat|of|power|day|week|tablets?|tabs?|cup|hours?|doses?)\b|[ ]?%)/gi, 'date', ({ 1: first, 2: second, index }, text) => {
  const [one, two] = [Number(first), Number(second)];
  const possible = one >= 1 && one <= 12 && two >= 1 && two <= 31 && !(two <= 10 && two === one && one <= 5);
  return possible && cueBefore.test(text.slice(Math.max(0, index - 20), index)) ? 0.75 : 0;
});
const cuedMonthDay = finderOf(/(?<=\b(?:dob|d\.o\.b\.|date of birth|birth ?date|birthday|born|admitted|discharged)[: ]{1,4}(?:on )?)(?:(?:19|20)\d{6}|\d{6,8}|\d{1,2}[-.]\d{1,2})(?!\d)/gi, 'date', () => 0.85);
const compact = finderOf(/(?<!\w)(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:T?\d{4,6}Z?)?(?!\w)/g, 'date', () => 0.65);
const withClock = finderOf(new RegExp(`(?:(?:19|20)\\d{2}-\\d{2}-\\d{2}|\\d{1,2}/\\d{1,2}/\\d{2,4})${clock}`, 'gi'), 'date', () => 0.96);

/** Parts of a date in words: months alone, weekdays, holidays. */
export const namedDateFinders: readonly Finder[] = [monthAlone, weekday, holiday];
/** Every part of a date finer than its year, times of day alone excepted. */
export const dateFinders: readonly Finder[] = [numeric, yearFirst, yearMonth, monthFirst, dayFirst, shortNumeric, cuedMonthDay, compact, withClock];

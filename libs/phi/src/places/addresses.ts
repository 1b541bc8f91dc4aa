import { around, finderOf, groupSpan, type Finder } from '../patterns/finder.js';
import { degreeCodes, stateCodes, stateNames, streetTypes, sureStreetTypes } from './street-words.data.js';
import { fold } from '../text/fold.js';
import { isCity } from './cities.js';

const word = "[\\p{Lu}\\d][\\p{L}\\d'’.-]{0,24}";
const unitWords = '[Aa]pt|APT|[Aa]partment|[Uu]nit|UNIT|[Ss]uite|SUITE|[Ss]te|STE|[Rr]m|[Rr]oom|[Ff]loor|[Ff]l|[Bb]ldg|[Bb]uilding|[Bb]ox|[Ll]ot|[Tt]railer|[Ss]pace|[Ss]pc|[Nn]o|[Ff]lat|[Pp]ostbox';
const unit = `(?:,?[ \\t\\n]{1,3}(?:${unitWords})\\b\\.?[ ]?#?[ ]?[A-Za-z0-9-]{1,8}|,?[ ]#[ ]?[A-Za-z0-9-]{1,6}){0,2}`;
const direction = '(?:(?:N|S|E|W|NE|NW|SE|SW|North|South|East|West|Northeast|Northwest|Southeast|Southwest)\\.?[ ])?';
const zip = '\\d{5}(?:-\\d{4})?';

const titled = (list: string) => list.split('|').map((each) => `${each[0]?.toUpperCase() ?? ''}${each.slice(1)}|${each.toUpperCase()}`).join('|');
const street = finderOf(
  new RegExp(`(?<![\\d.,/#-])\\d{1,6}[A-Za-z]?(?:-\\d{1,5})?(?: 1/2)?[ ]{1,2}${direction}(?:${word}[ ]{1,2}){1,4}(?:${titled(streetTypes)})\\b\\.?(?:[ ](?:N|S|E|W|NE|NW|SE|SW|North|South|East|West)\\b\\.?)?${unit}`, 'gu'),
  'place',
  ({ 0: found }) => (/^\d{1,6} (?:mg|mcg|mL|ml|kg|units?|U|mEq|IU|MG|ML|Patients?|Year|Day|Days|Hours?|Weeks?|Months?)\b/.test(found) ? 0 : 0.93),
);
const road = finderOf(new RegExp(`(?<![\\d.,/-])\\d{1,6}[ ]{1,2}${direction}(?:County Road|County Rd\\.?|Co\\.? Rd\\.?|CR|State Route|State Road|State Highway|SR|Highway|Hwy\\.?|Route|Rte\\.?|Rural Route|RR|FM|Farm Road|US(?: Highway)?|U\\.S\\.|Interstate|I|Old Highway|Avenue|Ave\\.?|Broadway|Calle|Camino|Via|Rue|Paseo|Avenida)[ -](?:[A-Z]|\\d{1,5}[A-Za-z]?|${word}(?:[ ]${word}){0,2})${unit}`, 'gu'), 'place', () => 0.92);
const broadway = finderOf(new RegExp(`(?<![\\d.,/-])\\d{1,6}[ ]{1,2}${direction}(?:Broadway|Bowery|The [A-Z][a-z]{2,14})(?![\\p{L}])${unit}`, 'gu'), 'place', () => 0.88);
const unnumbered = finderOf(new RegExp(`(?<=\\b(?:on|at|of|near|to|off|from|and|along|lives on|corner of)[ ])(?!The |This |Our )(?:${word}[ ]){1,3}(?:${sureStreetTypes})(?![\\p{L}])`, 'gu'), 'place', () => 0.75);
const postBox = finderOf(/\b(?:p\.? ?o\.? ?box|post(?:al)? ?box|postbox|psc \d{1,5},? box|unit \d{1,5},? box|rr ?\d{1,3},? box|hc ?\d{1,3},? box|pmb) ?#? ?\d{1,8}(?:[ ,\n]{1,3}(?:APO|FPO|DPO),? (?:AA|AE|AP) \d{5}(?:-\d{4})?)?/gi, 'place', () => 0.95);
const flat = finderOf(/(?<![\p{L}])(?:Apt|Apartment|Suite|Ste|Flat)\b\.? ?#?(?:\d{1,5}[A-Z]?|[A-Z]-?\d{1,4}|[A-Z])(?![\p{L}\d])/gu, 'place', () => 0.75);

const suffixes = 'katu|tie|gata|gatan|gade|vej|veien|vägen|vegen|vägen|straße|strasse|straat|laan|weg|allee|platz|gasse|plein|kade|gracht|brekka|stræti|götu|braut|stien';
const european = finderOf(new RegExp(`(?:(?<!\\d)\\d{1,6}[ ])?(?<![\\p{L}])(?:\\p{Lu}[\\p{L}.-]{1,24}[ ]){0,2}\\p{Lu}[\\p{L}-]{2,24}(?:${suffixes})[ ]\\d{1,4}[a-zA-Z]?(?![\\d.])`, 'gu'), 'place', () => 0.85);
const romance = finderOf(new RegExp(`(?:(?<!\\d)\\d{1,6},?[ ])?(?<![\\p{L}])(?:Rue|Via|Calle|Avenida|Av\\.|Rua|Strada|Piazza|Vicolo|Viale|Corso|Largo|ul\\.|ulica|Ulica|Paseo|Carrera|Boulevard|Chemin|Place|Allée|Praça|Travessa|Camino|Carretera)[ ](?:(?:de|del|della|des|du|da|do|dos|la|le|los|las|San|Santa)[ ]){0,3}${word}(?:[ ]${word}){0,3}`, 'gu'), 'place', ({ 0: found }) => (/\d/.test(found) ? 0.85 : 0));
const hungarian = finderOf(new RegExp(`(?:(?<!\\d)\\d{1,6}[ ])?(?<![\\p{L}])${word}(?:[ ]${word}){0,2}[ ](?:utca|út|tér|u\\.|krt\\.|körút|sétány|náměstí|ulice)[ ]\\d{1,4}\\.?`, 'gu'), 'place', () => 0.85);

const cityWords = "(?<city>(?:(?:St|Ft|Mt|Pt)\\.[ ])?\\p{Lu}[\\p{L}'’-]{1,24}(?:[ ](?:of |de |del |la )?\\p{Lu}[\\p{L}'’-]{1,24}){0,3})";
const inState = finderOf(new RegExp(`(?<![\\p{L}])${cityWords}(?:,[ \\t\\n]{0,3}|[ ])(?:(?<code>${stateCodes})\\b\\.?|(?<state>${stateNames})\\b)(?:,?[ ]{1,3}(?<zip>${zip})(?!\\d))?`, 'gud'), 'place', (match) => {
  const { city = '', code = '', zip: found } = match.groups ?? {};
  const score = found !== undefined ? 0.96 : !match[0].includes(',') ? 0 : degreeCodes.has(code) ? (isCity(fold(city)) ? 0.85 : 0) : 0.9;
  return score === 0 && isCity(fold(city)) && code !== '' && !degreeCodes.has(code) ? 0.8 : score;
});
const zipCued = finderOf(new RegExp(`(?<![\\p{L}])(?:zip(?:[ ]?code)?|postal code|post ?code|postcode)[ \\t]{0,2}(?:is|was|:|#)?[ \\t:]{0,3}(?<zip>${zip}|\\d{3,6}|[A-Z]{1,2}\\d[A-Z\\d]?[ ]?\\d[A-Z]{2}|[A-Z]\\d[A-Z][ ]?\\d[A-Z]\\d)(?!\\w)`, 'giud'), 'place', (match) => groupSpan(match, 'zip', { kind: 'place', score: 0.93 }));
const zipPlus = finderOf(/(?<![\d-])\d{5}-\d{4}(?![\d-])/g, 'place', () => 0.75);
const stateBefore = new RegExp(`\\b(?:${stateCodes}|${stateNames}),?[ ]{1,2}$`);
const zipAfterState = finderOf(/(?<![\d.-])\d{5}(?:-\d{4})?(?!\d|[ ]?(?:mg|mL|units?))/g, 'place', ({ index }, text) => (stateBefore.test(text.slice(Math.max(0, index - 18), index)) ? 0.85 : 0));
const postcode = finderOf(/(?<![\w])(?:[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}|[ABCEGHJ-NPRSTVXY]\d[A-Z] \d[A-Z]\d)(?!\w)/g, 'place', () => 0.75);
const county = finderOf(/(?<![\p{L}])(?!The |This |Each |Every |Our |Any |Per )(?:\p{Lu}[\p{L}'’-]{2,24}[ ]){1,2}(?:County|Parish|Township|Borough|Precinct|Reservation|Census Tract)(?![\p{L}]| (?:Road|Rd|Hospital|Medical|Health|Line))/gu, 'place', () => 0.75);
const coordinates = finderOf(/(?<![\d.-])-?\d{1,2}\.\d{4,8}°?[ ]?[NS]?,[ ]?-?\d{1,3}\.\d{4,8}°?[ ]?[EW]?(?!\d)/g, 'place', () => 0.9);

/** Places that need no number: streets, towns with their state, counties, flats. */
export const namedPlaceFinders: readonly Finder[] = [
  around(/(?:Street|Avenue|Ave|Road|Boulevard|Blvd|Lane|Parkway|Pkwy|Highway|Hwy|Rd|Turnpike|Expressway)(?![a-z])/g, 90, unnumbered), flat,
  around(new RegExp(`[ \\n,](?:${stateCodes}|${stateNames})(?![A-Za-z])`, 'g'), 110, inState),
  around(/(?:County|Parish|Township|Borough|Precinct|Reservation|Census Tract)/g, 70, county),
];

/** Addresses with a number: houses, boxes, postal codes, coordinates. */
export const addressFinders: readonly Finder[] = [
  street, road, broadway, postBox, around(new RegExp(`(?:${suffixes})[ ]\\d`, 'g'), 80, european),
  around(/(?:Rue|Via|Calle|Avenida|Av\.|Rua|Strada|Piazza|Vicolo|Viale|Corso|Largo|ul\.|[uU]lica|Paseo|Carrera|Boulevard|Chemin|Place|Allée|Praça|Travessa|Camino|Carretera) /g, 140, romance),
  around(/(?:utca|út|tér|u\.|krt\.|körút|sétány|náměstí|ulice) \d/g, 120, hungarian), zipCued, zipPlus, zipAfterState, postcode, coordinates,
];

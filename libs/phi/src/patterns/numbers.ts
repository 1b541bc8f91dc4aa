import { isDea, isIban, isLuhn, isMedicareBeneficiary, isNpi, isVin } from '../checksums/checksums.js';
import { around, finderOf, groupSpan, type Finder } from './finder.js';

const ssn = finderOf(/(?<![\d-])(?!000)\d{3}([- .])(?!00)\d{2}\1(?!0000)\d{4}(?![\d]|-\d)/g, 'ssn', ({ 1: mark }) => (mark === '-' ? 0.97 : 0.88));
const ssnCued = finderOf(/\b(?:ssn|ss ?#|ss ?no|social security(?: number| no\.?| num| #)?|social(?= ?[:#]| is)|sin|itin|tin|national insurance(?: number| no\.?)?|nino)[ \t]{0,3}(?:is|was|number|no\.?|#|ending(?: in)?|last (?:4|four)(?: digits)?)?[ \t:#=(]{0,4}(?:is |are |in )?(?<number>(?:[x*]{3}[- ]?[x*]{2}[- ]?)?\d{4}|\d{9}|\d{3}[- ]?\d{2}[- ]?\d{4}|\d{3} \d{3} \d{3}|[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D])(?!\w)/gid, 'ssn', (match) => groupSpan(match, 'number', { kind: 'ssn', score: 0.96 }));
const ssnMasked = finderOf(/(?<!\w)[Xx*]{3}-?[Xx*]{2}-\d{4}(?!\w)/g, 'ssn', () => 0.9);
const nationalInsurance = finderOf(/(?<!\w)[A-CEGHJ-PR-TW-Z]{2} \d{2} \d{2} \d{2} [A-D](?!\w)/g, 'ssn', () => 0.8);

const card = finderOf(/(?<![\d.-])(?:\d[ -]?){12,18}\d(?![\d]|[-.]\d)/g, 'account', ({ 0: found }) => {
  if (isLuhn(found)) return 0.95;
  return /^\d{4}([ -])\d{4}\1\d{4}\1\d{1,4}$/.test(found) ? 0.8 : 0;
});
const iban = finderOf(/(?<!\w)[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?(?!\w)/g, 'account', ({ 0: found }) => (isIban(found) ? 0.98 : 0));
const dea = finderOf(/(?<!\w)[A-Z][A-Z9]\d{7}(?!\w)/g, 'licence', ({ 0: found }) => (isDea(found) ? 0.9 : 0));
const npi = finderOf(/(?<![\w.-])[12]\d{9}(?![\w]|[.-]\d)/g, 'licence', ({ 0: found }) => (isNpi(found) ? 0.7 : 0));
const medicare = finderOf(/(?<![\w-])[1-9][A-Z][A-Z0-9]\d-?[A-Z][A-Z0-9]\d-?[A-Z]{2}\d{2}(?![\w-])/g, 'plan', ({ 0: found }) => (isMedicareBeneficiary(found) ? 0.95 : 0));
const vin = finderOf(/(?<!\w)(?=[A-Z0-9]{0,16}\d)[A-HJ-NPR-Z0-9]{17}(?!\w)/g, 'vehicle', ({ 0: found }) => (isVin(found) ? 0.97 : 0));
const mac = finderOf(/(?<![\w:])(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}(?![\w:])/gi, 'device', () => 0.95);
const uniqueDevice = finderOf(/(?<!\w)\(01\)\d{14}(?:\(\d{2}\)[\w-]{1,20}){0,5}/g, 'device', () => 0.97);
const serial = finderOf(/(?<!\w)(?:s\/n|sn|ser(?:ial)?(?: ?(?:no|number|num|#))?\.?)[ \t]{0,2}[:#]?[ \t]{0,3}(?=[A-Z-]{0,8}\d)[A-Z0-9][A-Z0-9-]{3,24}(?!\w)/gi, 'device', ({ 0: found }) => (/\d{3}/.test(found) ? 0.9 : 0));

const uuid = finderOf(/(?<!\w)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?!\w)/gi, 'code', () => 0.85);
const publicIdentifiers = /(?:pmid|pmcid|pmc|doi|isbn|issn|nct|grant|arxiv|isrctn|eudract|chembl|cas|pubmed|omim|snomed|sctid|rxcui|loinc|icd|cpt|ndc|hcpcs|rs)[ \t:#.]{0,3}$/i;
const unit = /^[ -]?(?:mg|mcg|ug|g|kg|ml|l|iu|units?|mmol|cells?|copies|cfu|dollars|people|patients|cases|deaths|persons|years|per|bp|base|hz|ppm|%|\/)/i;
const long = finderOf(/(?<![\w.,$€£/=-])(?:[A-Z]{1,4}-?)?\d{7,20}(?![\w]|[.,]\d|\/)/g, 'code', ({ 0: found, index }, text) => {
  if (/^(?:NCT|PMC|ISRCTN|CVCL|GSE|GO|HP|MP|CHEBI|ORPHA|MONDO|OMIM|DOID)/.test(found) || /^\d0{4,}$/.test(found) || /0{5,}$/.test(found)) return 0;
  if (publicIdentifiers.test(text.slice(Math.max(0, index - 12), index)) || unit.test(text.slice(index + found.length, index + found.length + 12))) return 0;
  return /^MR-?\d/.test(found) ? { start: index, end: index + found.length, kind: 'record', score: 0.8 } : 0.5;
});
const letteredRecord = finderOf(/(?<![\w-])MRN?-?\d{4,10}(?!\w)/g, 'record', () => 0.85);
const image = finderOf(/(?<![\w/.])[\w-]{1,80}\.(?:jpe?g|png|heic|heif|tiff?|bmp|gif|webp|dcm|dicom)(?!\w)/gi, 'photo', () => 0.8);

/** Numbers that are known by their own form or checksum, without a word that says what they are. */
export const numberFinders: readonly Finder[] = [ssn, ssnCued, ssnMasked, nationalInsurance, card, iban, dea, npi, medicare, vin, mac, uniqueDevice, serial, uuid, long, letteredRecord];
/** Names of image files: they name or show somebody. */
export const imageFinder: Finder = around(/\.(?:jpe?g|png|hei[cf]|tiff?|bmp|gif|webp|dcm|dicom)/gi, 100, image);

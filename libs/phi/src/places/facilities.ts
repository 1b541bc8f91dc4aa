import { senseOf } from '../names/lexicon.js';
import type { Token } from '../text/tokens.js';

const heads = new Set(['hospital', 'hospitals', 'clinic', 'infirmary', 'hospice', 'sanatorium', 'rehabilitation', 'rehab', 'pharmacy', 'healthcare']);
const twoWordHeads = new Set(['medical center', 'medical centre', 'health center', 'health centre', 'medical group', 'health system', 'nursing home', 'care center', 'care centre', 'cancer center', 'surgery center', 'family practice', 'medical associates', 'family medicine', 'nursing facility', 'care facility', 'assisted living', 'health clinic', 'heart institute', 'cancer institute', 'birth center', 'trauma center', 'dialysis center']);
/** Words that many hospitals have: they name none. */
const generic = new Set('general community memorial regional medical health university county city state veterans va women womens children childrens pediatric day outpatient inpatient acute long term care emergency public private teaching local national federal rural urban mental psychiatric rehabilitation surgical surgery heart cancer eye ear pain sleep diabetes memory fertility dental dialysis wound foot urology cardiology oncology neurology dermatology orthopedic orthopaedic gastroenterology allergy asthma travel walk-in urgent primary family internal medicine student free specialty headache stroke kidney liver lung breast thyroid hearing vision speech movement disorders disorder anticoagulation coumadin infusion vaccine std hiv tb methadone addiction wellness prenatal obstetric gynecology maternity labor delivery birth nursing your our this that each every any home base office model and of the for at in new old large small'.split(' '));

const named = (token: Token | undefined): token is Token => token?.type === 'word' && (token.capitals === 'title' || token.capitals === 'upper');

/** How many tokens from here name a hospital, a clinic or the like; 0 when none. */
export function facilityFrom(tokens: readonly Token[], at: number): number {
  let own = 0;
  let to = at;
  for (let words = 0; words < 6; words += 1) {
    const token = tokens[to];
    if (token?.text === '.' && /^(?:St|Mt|Ft)$/.test(tokens[to - 1]?.text ?? '')) {
      to += 1;
      continue;
    }
    if (token?.text === "'s" || (token?.text === '&' && words > 0)) {
      to += 1;
      continue;
    }
    if (token?.type === 'word' && /^(?:of|and|the)$/.test(token.text) && words > 0 && named(tokens[to + 1])) {
      to += 1;
      continue;
    }
    if (!named(token)) return 0;
    const word = token.text.toLowerCase();
    const pair = `${word} ${tokens[to + 1]?.text.toLowerCase() ?? ''}`;
    if (words > 0 && twoWordHeads.has(pair) && named(tokens[to + 1])) return own > 0 ? to + 2 - at : 0;
    if (words > 0 && heads.has(word)) return own > 0 ? to + 1 - at : 0;
    if (words === 0 && senseOf(token.text).sense === 'never' && word !== 'st') return 0;
    if (!generic.has(word) && !(senseOf(token.text).sense === 'never' && word !== 'st')) own += 1;
    to += 1;
  }
  return 0;
}

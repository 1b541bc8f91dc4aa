import { senseOf } from '../names/lexicon.js';
import type { Token } from '../text/tokens.js';

const heads = new Set(['hospital', 'hospitals', 'clinic', 'infirmary', 'hospice', 'sanatorium', 'rehabilitation', 'rehab', 'pharmacy', 'healthcare']);
const firstHeads = new Set(['medical', 'health', 'nursing', 'care', 'cancer', 'surgery', 'family', 'assisted', 'heart', 'birth', 'trauma', 'dialysis']);
const twoWordHeads = new Set(['medical center', 'medical centre', 'health center', 'health centre', 'medical group', 'health system', 'nursing home', 'care center', 'care centre', 'cancer center', 'surgery center', 'family practice', 'medical associates', 'family medicine', 'nursing facility', 'care facility', 'assisted living', 'health clinic', 'heart institute', 'cancer institute', 'birth center', 'trauma center', 'dialysis center']);
/** Words that many hospitals have: they name none. */
const generic = new Set('general community memorial regional medical health university county city state veterans va women womens children childrens pediatric day outpatient inpatient acute long term care emergency public private teaching local national federal rural urban mental psychiatric rehabilitation surgical surgery heart cancer eye ear pain sleep diabetes memory fertility dental dialysis wound foot urology cardiology oncology neurology dermatology orthopedic orthopaedic gastroenterology allergy asthma travel walk-in urgent primary family internal medicine student free specialty headache stroke kidney liver lung breast thyroid hearing vision speech movement disorders disorder anticoagulation coumadin infusion vaccine std hiv tb methadone addiction wellness prenatal obstetric gynecology maternity labor delivery birth nursing your our this that each every any home base office model and of the for at in new old large small'.split(' '));

const named = (token: Token | undefined): boolean => token?.type === 'word' && (token.capitals === 'title' || token.capitals === 'upper');
const mostTokens = 9;

/** Steps back over the capitalised words of a name, with «of», «&» and the dots of «St.» between them. */
function firstOfName(tokens: readonly Token[], head: number): number {
  let first = head;
  for (let at = head - 1; at >= 0 && head - at < mostTokens; at -= 1) {
    const token = tokens[at];
    if (token !== undefined && named(token)) {
      if (senseOf(token.folded).sense === 'never' && !generic.has(token.folded) && token.folded !== 'st') break;
      first = at;
    } else {
      const dot = token?.text === '.' && /^(?:st|mt|ft)$/.test(tokens[at - 1]?.folded ?? '');
      const link = token?.text === "'s" || token?.text === '&' || (token?.type === 'word' && /^(?:of|and|the)$/.test(token.text));
      if (!(dot || link) || !named(tokens[at - 1])) break;
    }
  }
  return first;
}

/** The first token and the end of the hospital, clinic or the like whose kind is named by the word at `at`; null when none ends there or its words name none. */
export function facilityEndingAt(tokens: readonly Token[], at: number): readonly [number, number] | null {
  const { folded = '' } = tokens[at] ?? {};
  const two = firstHeads.has(folded) && twoWordHeads.has(`${folded} ${tokens[at + 1]?.folded ?? ''}`) && named(tokens[at + 1]);
  if (!two && !heads.has(folded)) return null;
  const first = firstOfName(tokens, at);
  const own = tokens.slice(first, at).some((token) => named(token) && !generic.has(token.folded) && (token.folded === 'st' || senseOf(token.folded).sense !== 'never'));
  return own ? [first, at + (two ? 2 : 1)] : null;
}

import type { Token } from '../text/tokens.js';
import { commonVerbs, credentials, personVerbs, roles } from './contexts.data.js';
import { eponymHeads } from './eponyms.data.js';

/** How much what stands behind words says that they are a person, or that they are none. */
export type Sequel = 'degree' | 'identified' | 'acts' | 'perhaps-acts' | 'eponym' | 'ends' | 'none';

const heads = new Set(eponymHeads.flatMap((line) => line.split(' ')));
const identifiers = new Set(['mrn', 'dob', 'acct', 'account', 'ssn', 'chart', 'npi', 'dea', 'age', 'aged', 'born', 'phone', 'cell', 'tel', 'mobile', 'pager', 'ext', 'email', 'id', 'mr', 'medical', 'date', 'member', 'policy', 'room', 'pt', 'patient']);
/** «was seen», «is admitted»: done to people, not to diseases. */
const passive = new Set(['seen', 'admitted', 'readmitted', 'discharged', 'evaluated', 'brought', 'transferred', 'referred', 'born', 'called', 'contacted', 'notified', 'found', 'examined', 'intubated', 'extubated', 'hospitalized', 'accompanied', 'counseled', 'educated', 'interviewed', 'here', 'doing', 'complaining', 'scheduled', 'informed', 'advised', 'told', 'asked', 'alert', 'awake', 'married', 'divorced', 'retired', 'widowed', 'employed', 'sleeping', 'resting', 'eating', 'feeling', 'working', 'living', 'my', 'his', 'her', 'our', 'very']);
const specialities = /(?:logy|iatry|iatrics|surgery|medicine|radiology|anesthesia|therapy|obstetrics|gynecology|dentistry|hospice|counsel(?:l)?ing|nursing|icu|cardiology|oncology)$/i;

function isCredential(token: Token | undefined, next: Token | undefined): boolean {
  if (token?.type !== 'word' || !credentials.has(token.folded)) return false;
  return token.capitals === 'upper' || /^(?:PhD|PharmD|PsyD|MBChB|FRCPc|Esq|MBBCh)$/.test(token.text) || (token.capitals === 'initial' && next?.text === '.');
}

/** What the tokens from `at` on say of the words that end there. */
export function contextAfter(tokens: readonly Token[], at: number): Sequel {
  const next = tokens[at];
  if (next === undefined || next.type === 'line') return 'ends';
  const word = next.type === 'word' ? next.folded : '';
  if (isCredential(next, tokens[at + 1])) return 'degree';
  if (next.text === "'s" || ((next.text === "'" || next.text === '’') && tokens[at + 1]?.type === 'word')) return afterPossessive(tokens, at + 1);
  if (heads.has(word)) return 'eponym';
  if (next.text === '-' || next.text === '/' || next.text === '–') return heads.has(tokens[at + 2]?.folded ?? '') ? 'eponym' : 'none';
  if (next.text === ',' || next.text === '(' || next.text === '[') return afterComma(tokens, at + 1);
  if (identifiers.has(word) && (tokens[at + 1]?.text === ':' || tokens[at + 1]?.type === 'number' || tokens[at + 1]?.text === '#')) return 'identified';
  if (next.type === 'number') return /^\d{1,3}$/.test(next.text) && /^(?:y|yo|yr|yrs|year|years|m|f|yoa|male|female)$/i.test(tokens[at + 1]?.text ?? '') ? 'identified' : 'none';
  if (word === 'is' && /^(?:an?|the)$/.test(tokens[at + 1]?.text ?? '') && tokens[at + 2]?.type === 'number') return 'identified';
  if ((word === 'was' || word === 'is' || word === 'has') && passive.has(tokens[at + (tokens[at + 1]?.folded === 'been' ? 2 : 1)]?.folded ?? '')) return 'acts';
  if (personVerbs.has(word)) return commonVerbs.has(word) ? 'perhaps-acts' : 'acts';
  return next.type === 'mark' && /^[.!?;:]$/.test(next.text) ? 'ends' : 'none';
}

function afterPossessive(tokens: readonly Token[], at: number): Sequel {
  const word = tokens[at]?.folded ?? '';
  if (heads.has(word)) return 'eponym';
  if (roles.has(word)) return 'identified';
  // «Crohn's or colitis», «Parkinson's and»: a disease left out, more often than not
  return /^(?:and|or|is|are|was|has|can|may|\.|,|\)|with|in|develop|affects?)$/.test(word) ? 'eponym' : 'none';
}

function afterComma(tokens: readonly Token[], at: number): Sequel {
  const token = tokens[at];
  if (isCredential(token, tokens[at + 1])) return 'degree';
  if (token?.type === 'number') return /^\d{1,3}$/.test(token.text) && /^(?:y|yo|yr|yrs|year|years|m|f|male|female|-|is)$/i.test(tokens[at + 1]?.text ?? '') ? 'identified' : 'none';
  const word = token?.folded ?? '';
  if (identifiers.has(word)) return 'identified';
  if (/^(?:an?|the)$/.test(word)) return tokens[at + 1]?.type === 'number' ? 'identified' : 'none';
  return specialities.test(word) || roles.has(word) || word === 'who' ? 'identified' : 'none';
}

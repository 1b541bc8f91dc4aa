import { shortFormsOf, termsOf, withShortForms } from '@voiceassist/ai';
import { genericTerms } from './generic-words.js';

export interface EvidencePassage {
  readonly documentTitle: string;
  readonly heading: string | null;
  readonly text: string;
}

export interface Evidence {
  readonly enough: boolean;
  /** Weighted share of the question's terms that the best passage speaks of, 0 to 1. */
  readonly coverage: number;
}

const genericWeight = 0.2;
/** The longer a question, the more of its words are said differently in a text that answers it. Measured, see the test. */
const bars = [
  { upToWeight: 2.6, coverage: 0.7 },
  { upToWeight: 5, coverage: 0.6 },
  { upToWeight: Number.POSITIVE_INFINITY, coverage: 0.5 },
];

const isGeneric = (term: string) => genericTerms.has(term);

function weightsOf(question: string): Map<string, number> {
  return new Map(termsOf(question).map((term) => [term, isGeneric(term) ? genericWeight : 1]));
}

const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

/** A lone word such as `stroke` stands in many lists in passing; a text about it says it twice, or in its title. */
function isProminent(term: string, passages: readonly EvidencePassage[]): boolean {
  return passages.some(({ documentTitle, heading, text }) => {
    const inText = termsOf(text).filter((each) => each === term).length;
    return inText > 1 || termsOf(`${documentTitle} ${heading ?? ''}`).includes(term);
  });
}

/**
 * Decides whether the passages can answer the question at all. The rule: at least one passage (with its title and heading)
 * must speak of most of what the question is about. Every term of the question counts 1, words that merely frame questions
 * count 0.2, and short forms count as what the passages say they stand for; needed are 0.7 of that weight for short
 * questions, 0.6 for middling and 0.5 for long ones. A question about one single thing needs a passage that says it twice or
 * in its title. In a question that leans on an earlier one, at least one of its own words must be found as well.
 */
export function weighEvidence(question: { readonly text: string; readonly standalone: string }, passages: readonly EvidencePassage[]): Evidence {
  const weights = weightsOf(question.standalone);
  const total = sum(weights.values());
  if (total === 0 || passages.length === 0) return { enough: false, coverage: 0 };
  const forms = shortFormsOf(passages.map(({ text }) => text));
  const spoken = passages.map(({ documentTitle, heading, text }) => withShortForms(new Set(termsOf(`${documentTitle} ${heading ?? ''} ${text}`)), forms));
  const coverage = Math.max(...spoken.map((terms) => sum([...weights].map(([term, weight]) => (terms.has(term) ? weight : 0))) / total));
  const bar = bars.find(({ upToWeight }) => total <= upToWeight)?.coverage ?? 1;
  const specific = [...weights.keys()].filter((term) => !isGeneric(term));
  const lone = specific.length === 1 ? specific[0] : undefined;
  const own = termsOf(question.text).filter((term) => !isGeneric(term));
  const ownFound = own.length === 0 || own.some((term) => spoken.some((terms) => terms.has(term)));
  return { coverage, enough: coverage >= bar && ownFound && (lone === undefined || isProminent(lone, passages)) };
}

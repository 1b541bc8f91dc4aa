import type { ChatPassage } from '../chat-model/chat-model.js';
import { sentencesOf, type Sentence } from '../text/sentences.js';
import { termsOf } from '../text/terms.js';
import { answerTypesOf, isFormWord, showsAnswerTypes, type AnswerType } from './answer-type.js';
import { shortFormsOf, withShortForms } from '../text/short-forms.js';

export interface Candidate extends Sentence {
  readonly passage: ChatPassage;
  readonly terms: ReadonlySet<string>;
  /** Terms of the question that the sentence itself has. */
  readonly matched: ReadonlySet<string>;
  /** Its subject stands in the sentence before it. */
  readonly continues: boolean;
  /** Higher is better; about 1 when all that is asked stands in the sentence. */
  readonly score: number;
}

interface Draft extends Sentence {
  readonly passage: ChatPassage;
  readonly terms: ReadonlySet<string>;
}

const weights = { neighbour: 0.3, leadIn: 0.6, heading: 0.45, title: 0.4, answerType: 0.3, continuation: 0.7, passage: 0.25, cutEdge: 0.6, tooShort: 0.6, tooLong: 0.8, nothingMatched: 0.5 };
const shortestWords = 4;
const longestCharacters = 420;

function draftsOf(passages: readonly ChatPassage[]): Draft[][] {
  const forms = shortFormsOf(passages.map((passage) => passage.text));
  return passages.map((passage) =>
    sentencesOf(passage.text, passage.heading).map((sentence) => ({ ...sentence, passage, terms: withShortForms(new Set(termsOf(sentence.text)), forms) })),
  );
}

/** Rare terms of the question weigh more than those that stand in most sentences. */
function weigh(question: string, drafts: readonly Draft[], { passages, types }: { passages: readonly ChatPassage[]; types: readonly AnswerType[] }): Map<string, number> {
  const asked = withShortForms(new Set(termsOf(question)), shortFormsOf(passages.map((passage) => passage.text)));
  const weighed = new Map<string, number>();
  for (const term of asked) {
    if (isFormWord(term, types)) continue;
    const frequency = drafts.reduce((count, draft) => count + (draft.terms.has(term) ? 1 : 0), 0);
    if (frequency > 0) weighed.set(term, Math.log(1 + (drafts.length - frequency + 0.5) / (frequency + 0.5)));
  }
  return weighed;
}

interface Surroundings {
  readonly neighbours: readonly Draft[];
  readonly leadIn: Draft | undefined;
  readonly heading: ReadonlySet<string>;
  readonly title: ReadonlySet<string>;
}

/** How firmly the sentence, or what stands around it, speaks of one term. */
function presence(term: string, draft: Draft, around: Surroundings): number {
  if (draft.terms.has(term)) return 1;
  if (around.leadIn?.terms.has(term) === true) return weights.leadIn;
  if (around.neighbours.some((neighbour) => neighbour.terms.has(term))) return weights.neighbour;
  if (around.heading.has(term)) return weights.heading;
  return around.title.has(term) ? weights.title : 0;
}

function formFactor(draft: Draft): number {
  let factor = draft.whole ? 1 : weights.cutEdge;
  if (draft.text.split(' ').length < shortestWords) factor *= weights.tooShort;
  if (draft.text.length > longestCharacters) factor *= weights.tooLong;
  return factor;
}

interface Asked {
  readonly weights: ReadonlyMap<string, number>;
  readonly total: number;
  readonly types: readonly AnswerType[];
  readonly bestPassage: number;
}

/** `Such lapses warrant …`: takes its subject, and so part of its worth, from the sentence before. */
const continues = /^(?:this|these|they|it|otherwise|in (?:this|these|such) cases?|such|if so)\b|^[\p{L}\s]{0,30}\bsuch\b(?! as)/iu;

function inherit(candidates: readonly Candidate[]): Candidate[] {
  return candidates.map((candidate, index) => {
    const before = candidates[index - 1];
    if (before === undefined || !candidate.continues) return candidate;
    return { ...candidate, score: Math.max(candidate.score, before.score * weights.continuation) };
  });
}

function scorePassage(siblings: readonly Draft[], passage: ChatPassage, asked: Asked): Candidate[] {
  const heading = new Set(termsOf(passage.heading ?? ''));
  const title = new Set(termsOf(passage.title));
  const prior = weights.passage * Math.max(0, passage.score / asked.bestPassage);
  const scored = siblings.map((draft, index) => {
    const neighbours = [siblings[index - 1], siblings[index + 1]].filter((other) => other !== undefined);
    const around: Surroundings = { neighbours, leadIn: draft.leadIn === null ? undefined : siblings[draft.leadIn], heading, title };
    const matched = new Set([...asked.weights.keys()].filter((term) => draft.terms.has(term)));
    let relevance = 0;
    for (const [term, weight] of asked.weights) relevance += (weight * presence(term, draft, around)) / asked.total;
    const typed = matched.size > 0 ? weights.answerType * showsAnswerTypes(draft.text, asked.types) : 0;
    const score = relevance * (1 + typed + prior) * formFactor(draft) * (matched.size === 0 ? weights.nothingMatched : 1);
    return { ...draft, matched, score, continues: siblings[index - 1]?.kind === draft.kind && continues.test(draft.text) };
  });
  return inherit(scored);
}

/** All quotable sentences of the passages, scored by how well each answers the question; best first. */
export function scoreCandidates(question: string, passages: readonly ChatPassage[]): Candidate[] {
  const drafts = draftsOf(passages);
  const types = answerTypesOf(question);
  const weighed = weigh(question, drafts.flat(), { passages, types });
  const total = [...weighed.values()].reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return [];
  const bestPassage = Math.max(...passages.map((passage) => passage.score), Number.MIN_VALUE);
  const asked: Asked = { weights: weighed, total, types, bestPassage };
  return passages.flatMap((passage, index) => scorePassage(drafts[index] ?? [], passage, asked)).sort((one, other) => other.score - one.score);
}

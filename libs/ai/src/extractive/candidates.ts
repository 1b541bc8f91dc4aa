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

const weights = { neighbour: 0.3, leadIn: 0.6, heading: 0.45, title: 0.4, answerType: 0.3, continuation: 0.7, passage: 0.8, cutEdge: 0.6, tooShort: 0.6, tooLong: 0.8, nothingMatched: 0.5, bibliography: 0.4, length: 0.15 };
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

const references = /\b(?:19|20)\d{2}\s?;\s?\d+|\bdoi\b|\bpmid\b|\bet al\.,? |\bIn: /gi;

/** A list of references names the right words and says nothing. */
const isBibliography = ({ heading, text }: ChatPassage) => /^(?:\W|\d)*(?:references|bibliography|works cited|literature)/i.test(heading ?? '') || (text.match(references)?.length ?? 0) > 2;

interface Asked {
  readonly weights: ReadonlyMap<string, number>;
  readonly total: number;
  readonly types: readonly AnswerType[];
  readonly bestPassage: number;
  /** Terms in a sentence on average. */
  readonly usualLength: number;
}

/** `Such lapses warrant …`: takes its subject, and so part of its worth, from the sentence before. */
const continues = /^(?:this|these|they|it|otherwise|in (?:this|these|such) cases?|such|if so)\b|^[\p{L}\s]{0,30}\bsuch\b(?! as)/iu;

/** Answers of these forms take more than one sentence; a figure does not. */
const explained: ReadonlySet<AnswerType> = new Set<AnswerType>(['action', 'permission', 'reason', 'definition', 'time']);

function inherit(candidates: readonly Candidate[], types: readonly AnswerType[]): Candidate[] {
  if (!types.some((type) => explained.has(type))) return [...candidates];
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
  const listed = isBibliography(passage) ? weights.bibliography : 1;
  const scored = siblings.map((draft, index) => {
    const neighbours = [siblings[index - 1], siblings[index + 1]].filter((other) => other !== undefined);
    const around: Surroundings = { neighbours, leadIn: draft.leadIn === null ? undefined : siblings[draft.leadIn], heading, title };
    const matched = new Set([...asked.weights.keys()].filter((term) => draft.terms.has(term)));
    let relevance = 0;
    for (const [term, weight] of asked.weights) relevance += (weight * presence(term, draft, around)) / asked.total;
    const typed = matched.size > 0 ? weights.answerType * showsAnswerTypes(draft.text, asked.types) : 0;
    const length = 1 - weights.length + (weights.length * Math.max(asked.usualLength / 2, draft.terms.size)) / asked.usualLength;
    const score = ((relevance * (1 + typed + prior) * formFactor(draft)) / length) * listed * (matched.size === 0 ? weights.nothingMatched : 1);
    return { ...draft, matched, score, continues: siblings[index - 1]?.kind === draft.kind && continues.test(draft.text) };
  });
  return inherit(scored, asked.types);
}

/** All quotable sentences of the passages, scored by how well each answers the question; best first. */
export function scoreCandidates(question: string, passages: readonly ChatPassage[]): Candidate[] {
  const drafts = draftsOf(passages);
  const types = answerTypesOf(question);
  const weighed = weigh(question, drafts.flat(), { passages, types });
  const total = [...weighed.values()].reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return [];
  const bestPassage = Math.max(...passages.map((passage) => passage.score), Number.MIN_VALUE);
  const usualLength = drafts.flat().reduce((sum, { terms }) => sum + terms.size, 0) / Math.max(1, drafts.flat().length);
  const asked: Asked = { weights: weighed, total, types, bestPassage, usualLength };
  return passages.flatMap((passage, index) => scorePassage(drafts[index] ?? [], passage, asked)).sort((one, other) => other.score - one.score);
}

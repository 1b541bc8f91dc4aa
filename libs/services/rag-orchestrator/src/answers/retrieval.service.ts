import { Injectable } from '@nestjs/common';
import { kb, rag, type OutputOf, type Passage } from '@voiceassist/contracts';
import { AppError, failure, type Call } from '@voiceassist/kit';
import { Bus } from '@voiceassist/messaging';
import { withDefinedShortForms } from '../contextualise/short-forms.js';
import { AnswersConfig } from './answers.config.js';
import type { Question } from './answers.repository.js';

export type Found = OutputOf<typeof kb.searchPassages>;

/** As many of the best passages as a model may be given. */
function withinBudget(passages: readonly Passage[], mostCharacters: number): Passage[] {
  let characters = 0;
  return passages.filter(({ text }) => {
    characters += text.length;
    return characters <= mostCharacters;
  });
}

function searchFailure(error: unknown, call: Call): unknown {
  if (!(error instanceof AppError) || call.signal.aborted) return error;
  if (error.code === 'COLLECTION_NOT_FOUND') return failure(rag.streamAnswer, 'COLLECTION_NOT_FOUND', error.message);
  if (error.kind === 'unavailable' || error.kind === 'timeout') return failure(rag.streamAnswer, 'SEARCH_UNAVAILABLE', 'The knowledge base cannot be searched at the moment. Try again in a little while.', { cause: error });
  return error;
}

/** Asks the knowledge base, on behalf of the caller: only passages that they may read come back. */
@Injectable()
export class Retrieval {
  constructor(
    private readonly bus: Bus,
    private readonly config: AnswersConfig,
  ) {}

  async search(query: string, question: Question, call: Call): Promise<Found> {
    try {
      const first = await this.searchOnce(query, question, call);
      const wider = withDefinedShortForms(query, first.passages);
      const found = wider === null ? first : await this.searchOnce(wider, question, call);
      return { ...found, passages: withinBudget(found.passages, this.config.ANSWER_SOURCE_CHARACTERS) };
    } catch (error) {
      throw searchFailure(error, call);
    }
  }

  private searchOnce(query: string, { collectionIds, mode }: Question, call: Call): Promise<Found> {
    const limit = mode === 'deep' ? this.config.ANSWER_PASSAGES_DEEP : this.config.ANSWER_PASSAGES;
    return this.bus.client(kb).searchPassages({ query: query.slice(0, 2000).trim(), collectionIds, limit }, call);
  }
}

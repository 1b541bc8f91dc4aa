import { scoreCandidates, type Candidate } from '../extractive/candidates.js';
import { chooseSentences, inReadingOrder, type Limits } from '../extractive/choose.js';
import { withoutReferenceNumbers } from '../text/reference-numbers.js';
import { ChatModel, type ChatModelDescription, type ChatPart, type ChatRequest } from './chat-model.js';

const limits: Limits = { mostSentences: 5, mostCharacters: 1400 };

const quote = ({ text, passage }: Candidate) => `“${text}” [${String(passage.marker)}]`;

/** One paragraph a passage; entries of a list stand on lines of their own. */
function separator(before: Candidate | undefined, now: Candidate): string {
  if (before === undefined) return now.kind === 'item' ? '- ' : '';
  if (now.kind === 'item') return before.kind === 'item' ? '\n- ' : '\n\n- ';
  return before.passage !== now.passage || before.kind === 'item' ? '\n\n' : ' ';
}

/** Answers with sentences quoted word for word from the passages, each with its marker; it never words anything itself. */
export class ExtractiveChatModel extends ChatModel {
  describe(): ChatModelDescription {
    return {
      kind: 'extractive',
      name: 'Extractive quotes',
      notice: 'No language model is connected. Answers are sentences quoted word for word from your documents, chosen by relevance; they are not summarised or interpreted.',
    };
  }

  async *stream(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatPart> {
    const passages = request.passages.map((passage) => ({ ...passage, text: withoutReferenceNumbers(passage.text) }));
    const chosen = chooseSentences(scoreCandidates(request.standaloneQuestion, passages), limits);
    let before: Candidate | undefined;
    for (const sentence of inReadingOrder(chosen).flat()) {
      if (signal.aborted) return;
      yield { type: 'text-delta', text: separator(before, sentence) + quote(sentence) };
      before = sentence;
    }
    yield { type: 'finish', reason: 'complete', usage: { promptTokens: null, completionTokens: null } };
  }

  async check(): Promise<void> {
    // it needs nothing but the passages
  }
}

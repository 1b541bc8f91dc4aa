import { Injectable } from '@nestjs/common';
import { ChatModel, type ChatRequest, type TokenUsage } from '@voiceassist/ai';
import type { Passage } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import { CitationBinder, type BoundPart } from '../citations/citation-binder.js';
import { AbstentionSignal } from './abstention-signal.js';
import { AnswersConfig } from './answers.config.js';

export type GeneratedPart = BoundPart<Passage> | { readonly type: 'finish'; readonly abstained: boolean; readonly usage: TokenUsage };
export type AnswerRequest = Omit<ChatRequest, 'passages' | 'maxAnswerTokens'> & { readonly passages: readonly Passage[] };

const noUsage: TokenUsage = { promptTokens: null, completionTokens: null };

function chatRequest({ passages, ...request }: AnswerRequest, maxAnswerTokens: number): ChatRequest {
  const numbered = passages.map(({ documentTitle, heading, page, text, score }, index) => ({ marker: index + 1, title: documentTitle, heading, page, text, score }));
  return { ...request, passages: numbered, maxAnswerTokens };
}

/** Lets the model answer and binds what it says to the passages it was given. */
@Injectable()
export class Generation {
  constructor(
    private readonly model: ChatModel,
    private readonly config: AnswersConfig,
  ) {}

  get modelName(): string {
    return this.model.describe().name;
  }

  /** Text and citations as they may be shown, and a last `finish` unless the call was aborted. */
  async *answer(request: AnswerRequest, call: Call): AsyncGenerator<GeneratedPart> {
    const binder = new CitationBinder((marker) => request.passages[marker - 1]);
    const sign = new AbstentionSignal();
    let characters = 0;
    let usage = noUsage;
    for await (const part of this.model.stream(chatRequest(request, this.config.ANSWER_MAX_TOKENS), call.signal, call)) {
      if (part.type === 'finish') {
        usage = part.usage;
        continue;
      }
      characters += part.text.length;
      yield* binder.push(sign.push(part.text));
      if (characters > this.config.ANSWER_MAX_CHARACTERS) break;
    }
    if (call.signal.aborted) return;
    const abstained = sign.given || characters === 0;
    yield* binder.push(sign.end());
    yield* binder.end();
    yield { type: 'finish', abstained, usage };
  }
}

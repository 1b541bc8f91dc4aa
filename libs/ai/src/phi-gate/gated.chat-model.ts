import type { Call } from '@voiceassist/kit';
import { PhiMasker, PhiRestorer } from '@voiceassist/phi';
import { ChatModel, type ChatModelDescription, type ChatPart, type ChatPassage, type ChatRequest } from '../chat-model/chat-model.js';
import type { PhiGate } from './phi-gate.js';

const textsOf = ({ question, standaloneQuestion, history, passages }: ChatRequest): string[] => [
  question, standaloneQuestion, ...history.map(({ content }) => content), ...passages.flatMap(({ title, heading, text }) => (heading === null ? [title, text] : [title, heading, text])),
];

/** One numbering for the whole request, and all of it is looked at first: a name in the question is the same name in a passage. */
function maskRequest(request: ChatRequest, masker: PhiMasker): ChatRequest {
  for (const text of textsOf(request)) masker.learn(text);
  const passage = ({ title, heading, text, ...rest }: ChatPassage): ChatPassage => ({ ...rest, title: masker.mask(title), heading: heading === null ? null : masker.mask(heading), text: masker.mask(text) });
  const masked = {
    ...request,
    question: masker.mask(request.question),
    standaloneQuestion: masker.mask(request.standaloneQuestion),
    history: request.history.map(({ role, content }) => ({ role, content: masker.mask(content) })),
    passages: request.passages.map(passage),
  };
  return masker.placeholders.size > 0 ? { ...masked, hasPlaceholders: true } : masked;
}

/** A chat model that sees only what the policy for its provider lets through. */
export class GatedChatModel extends ChatModel {
  constructor(
    private readonly model: ChatModel,
    private readonly gate: PhiGate,
  ) {
    super();
  }

  describe(): ChatModelDescription {
    return this.model.describe();
  }

  async *stream(request: ChatRequest, signal: AbortSignal, call?: Call): AsyncGenerator<ChatPart> {
    if (this.gate.rule.policy === 'mask') {
      yield* this.streamMasked(request, signal, call);
      return;
    }
    await this.gate.admit(textsOf(request), call);
    yield* this.model.stream(request, signal, call);
  }

  private async *streamMasked(request: ChatRequest, signal: AbortSignal, call: Call | undefined): AsyncGenerator<ChatPart> {
    const masker = new PhiMasker();
    const masked = maskRequest(request, masker);
    await this.gate.masked(masker.counts, call);
    const restorer = new PhiRestorer(masker.placeholders);
    for await (const part of this.model.stream(masked, signal, call)) {
      const text = part.type === 'text-delta' ? restorer.push(part.text) : restorer.end();
      if (text !== '') yield { type: 'text-delta', text };
      if (part.type !== 'text-delta') yield part;
    }
  }

  check(signal: AbortSignal): Promise<void> {
    return this.model.check(signal);
  }
}

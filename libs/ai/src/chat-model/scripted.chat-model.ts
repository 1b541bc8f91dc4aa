import { ChatModel, type ChatModelDescription, type ChatPart, type ChatRequest } from './chat-model.js';

/** Says what it is told to say; chunks arrive as they are given. */
export type Script = (request: ChatRequest) => Iterable<string> | AsyncIterable<string>;

/** Cites the first passage in a sentence taken from nothing; for benches that measure everything but the model. */
export const citeFirstPassage: Script = ({ passages }) => ['The first source ', 'answers this', passages.length > 0 ? ` [${String(passages[0]?.marker)}].` : '.'];

/** A stand-in for a model in tests and benches: no delay, no judgement. */
export class ScriptedChatModel extends ChatModel {
  /** Every request so far, for a test to look at. */
  readonly requests: ChatRequest[] = [];

  constructor(public script: Script = citeFirstPassage) {
    super();
  }

  describe(): ChatModelDescription {
    return { kind: 'generative', name: 'scripted', notice: 'A scripted stand-in for tests. It is not a model and must not be used for care.' };
  }

  async *stream(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatPart> {
    this.requests.push(request);
    for await (const text of this.script(request)) {
      if (signal.aborted) return;
      yield { type: 'text-delta', text };
    }
    if (!signal.aborted) yield { type: 'finish', reason: 'complete', usage: { promptTokens: null, completionTokens: null } };
  }

  async check(): Promise<void> {
    // nothing can be down
  }
}

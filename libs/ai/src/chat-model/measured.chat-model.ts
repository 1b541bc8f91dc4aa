import { inContext, type Call } from '@voiceassist/kit';
import { countTokens, firstTokenDelay, type Prices } from '../metrics/model.metrics.js';
import { ObservedRequest } from '../metrics/observed-request.js';
import { ChatModel, type ChatModelDescription, type ChatPart, type ChatRequest, type TokenUsage } from './chat-model.js';

/** A chat model whose requests show in traces and numbers. */
export class MeasuredChatModel extends ChatModel {
  constructor(
    /** The model that does the work. */
    readonly inner: ChatModel,
    /** Host of the provider, or `local`. */
    private readonly provider: string,
    private readonly prices: Prices,
  ) {
    super();
  }

  describe(): ChatModelDescription {
    return this.inner.describe();
  }

  async *stream(request: ChatRequest, signal: AbortSignal, call?: Call): AsyncGenerator<ChatPart> {
    const name = { kind: 'chat', provider: this.provider, model: this.describe().name } as const;
    const observed = new ObservedRequest(name);
    let isFirst = true;
    try {
      for await (const part of inContext(observed.span.context, this.inner.stream(request, signal, call))) {
        if (isFirst) firstTokenDelay.record(observed.elapsedSeconds, { provider: name.provider, model: name.model });
        isFirst = false;
        if (part.type === 'finish') this.finish(observed, part);
        yield part;
      }
    } catch (error) {
      observed.fail(error);
      throw error;
    } finally {
      observed.stop(); // the reader left, or the signal was aborted: nothing has ended it before
    }
  }

  check(signal: AbortSignal): Promise<void> {
    return this.inner.check(signal);
  }

  private finish(observed: ObservedRequest, { reason, usage }: { reason: string; usage: TokenUsage }): void {
    const { promptTokens, completionTokens } = usage;
    observed.span.set({
      'gen_ai.response.finish_reasons': [reason],
      ...(promptTokens !== null && { 'gen_ai.usage.input_tokens': promptTokens }),
      ...(completionTokens !== null && { 'gen_ai.usage.output_tokens': completionTokens }),
    });
    countTokens({ provider: this.provider, model: this.describe().name }, { input: promptTokens, output: completionTokens }, this.prices);
    observed.succeed();
  }
}

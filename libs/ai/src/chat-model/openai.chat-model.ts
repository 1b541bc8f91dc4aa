import type { ChatOpenAI } from '@langchain/openai';
import type { AIMessageChunk } from '@langchain/core/messages';
import { AppError } from '@voiceassist/kit';
import { showCircuit } from '../metrics/model.metrics.js';
import { PatientIterator } from '../openai/patient-iterator.js';
import { Resilience, type ResilienceSettings } from '../openai/resilience.js';
import { neverElsewhere } from '../openai/never-elsewhere.js';
import { vendorTimeout, vendorUnavailable } from '../openai/vendor-errors.js';
import { answerPrompt } from './answer-prompt.js';
import { ChatModel, type ChatModelDescription, type ChatPart, type ChatRequest, type TokenUsage } from './chat-model.js';

export interface OpenAiChatSettings {
  /** For example `https://host/v1`. */
  readonly baseUrl: string;
  readonly model: string;
  readonly apiKey?: string;
  /** Longest silence before and between two pieces of an answer. */
  readonly idleTimeoutMs: number;
  readonly totalTimeoutMs: number;
  readonly resilience?: Partial<ResilienceSettings>;
}

type Reading = PatientIterator<AIMessageChunk>;
interface Begun {
  readonly first: IteratorResult<AIMessageChunk>;
  readonly rest: Reading;
}

const textOf = (chunk: AIMessageChunk) => (typeof chunk.content === 'string' ? chunk.content : chunk.content.map((part) => (part.type === 'text' ? String(part.text) : '')).join(''));
const reasonOf = (finish: unknown) => (finish === 'length' ? 'length' : finish === 'content_filter' ? 'filtered' : 'complete');

/** Any endpoint that speaks OpenAI's chat completions, through LangChain. Nothing is loaded or sent before the first question. */
export class OpenAiChatModel extends ChatModel {
  private readonly resilience: Resilience;
  private client: Promise<ChatOpenAI> | undefined;

  constructor(private readonly settings: OpenAiChatSettings) {
    super();
    this.resilience = new Resilience('MODEL', settings.resilience, showCircuit('chat', new URL(settings.baseUrl).hostname));
  }

  describe(): ChatModelDescription {
    return {
      kind: 'generative',
      name: this.settings.model,
      notice: 'Answers are written by a language model from passages of your documents. Check the cited pages before you rely on them.',
    };
  }

  async *stream(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatPart> {
    const work = new AbortController();
    const stop = () => work.abort();
    signal.addEventListener('abort', stop, { once: true });
    try {
      if (!signal.aborted) yield* this.read(await this.begin(request, work.signal));
    } catch (error) {
      if (!signal.aborted) throw error instanceof AppError ? error : vendorUnavailable('MODEL', error);
    } finally {
      signal.removeEventListener('abort', stop);
      work.abort();
    }
  }

  async check(signal: AbortSignal): Promise<void> {
    const { baseUrl, apiKey } = this.settings;
    const answer = await fetch(`${baseUrl.replace(/\/$/, '')}/models`, { signal, redirect: 'error', headers: apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` } });
    await answer.body?.cancel();
    if (answer.status >= 500 || answer.status === 401 || answer.status === 403) throw new Error(`the model's endpoint answered ${String(answer.status)}`);
  }

  /** The client may not log: it would print what it read. */
  private connect(): Promise<ChatOpenAI> {
    const { baseUrl, model, apiKey } = this.settings;
    this.client ??= import('@langchain/openai').then(
      ({ ChatOpenAI: Client }) => new Client({ model, apiKey: apiKey ?? 'none', temperature: 0, maxRetries: 0, streamUsage: true, configuration: { baseURL: baseUrl, logLevel: 'off', fetchOptions: neverElsewhere } }),
    );
    return this.client;
  }

  /** Opens the stream and waits for its first piece: until then, and only until then, it may be tried again. */
  private begin(request: ChatRequest, signal: AbortSignal): Promise<Begun> {
    return this.resilience.run(async () => {
      const client = await this.connect();
      const attempt = new AbortController();
      const { idleTimeoutMs: idleMs, totalTimeoutMs: totalMs } = this.settings;
      const late = () => {
        attempt.abort();
        return vendorTimeout('MODEL');
      };
      const source = this.open(client, { request, signal: AbortSignal.any([signal, attempt.signal]) });
      const rest = new PatientIterator(source, { idleMs, totalMs, late });
      return { first: await rest.next(), rest };
    }, signal);
  }

  private async *open(client: ChatOpenAI, { request, signal }: { request: ChatRequest; signal: AbortSignal }): AsyncGenerator<AIMessageChunk> {
    const messages = answerPrompt(request).map(({ role, content }): [string, string] => [role, content]);
    yield* await client.stream(messages, { signal, max_tokens: request.maxAnswerTokens } as Parameters<ChatOpenAI['stream']>[1]);
  }

  private async *read({ first, rest }: Begun): AsyncGenerator<ChatPart> {
    let usage: TokenUsage = { promptTokens: null, completionTokens: null };
    let finish: unknown;
    for (let step = first; step.done !== true; step = await rest.next()) {
      const { usage_metadata: counted, response_metadata: about } = step.value;
      if (counted) usage = { promptTokens: counted.input_tokens, completionTokens: counted.output_tokens };
      finish = (about as { finish_reason?: unknown }).finish_reason ?? finish;
      const text = textOf(step.value);
      if (text !== '') yield { type: 'text-delta', text };
    }
    if (finish === undefined) throw vendorUnavailable('MODEL', new Error('the stream broke off'));
    yield { type: 'finish', reason: reasonOf(finish), usage };
  }
}

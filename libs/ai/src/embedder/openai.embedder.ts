import type OpenAI from 'openai';
import { AppError } from '@voiceassist/kit';
import { countTokens, showCircuit } from '../metrics/model.metrics.js';
import { Resilience, type ResilienceSettings } from '../openai/resilience.js';
import { neverElsewhere } from '../openai/never-elsewhere.js';
import { vendorTimeout, vendorUnavailable } from '../openai/vendor-errors.js';
import { Embedder } from './embedder.js';
import { unitLength } from './unit-length.js';

export interface OpenAiEmbedderSettings {
  readonly baseUrl: string;
  readonly model: string;
  readonly dimension: number;
  readonly apiKey?: string;
  readonly timeoutMs: number;
  /** Dollars for a million tokens. */
  readonly pricePerMillion?: number;
  readonly resilience?: Partial<ResilienceSettings>;
}

const textsPerRequest = 64;

/** Any endpoint that speaks OpenAI's embeddings. An answer of another dimension than configured is refused, never stored. */
export class OpenAiEmbedder extends Embedder {
  readonly id: string;
  readonly dimension: number;
  readonly enabled = true;
  private readonly provider: string;
  private readonly resilience: Resilience;
  private client: Promise<OpenAI> | undefined;

  constructor(private readonly settings: OpenAiEmbedderSettings) {
    super();
    this.provider = new URL(settings.baseUrl).hostname;
    this.dimension = settings.dimension;
    this.id = `openai:${settings.model}:${String(settings.dimension)}`;
    this.resilience = new Resilience('EMBEDDER', settings.resilience, showCircuit('embedding', this.provider));
  }

  async embed(texts: readonly string[], signal: AbortSignal): Promise<number[][]> {
    const vectors: number[][] = [];
    for (let from = 0; from < texts.length; from += textsPerRequest) {
      signal.throwIfAborted();
      vectors.push(...(await this.request(texts.slice(from, from + textsPerRequest), signal)));
    }
    return vectors;
  }

  async check(signal: AbortSignal): Promise<void> {
    await this.embed(['ready'], signal);
  }

  async close(): Promise<void> {
    // connections end by themselves
  }

  private connect(): Promise<OpenAI> {
    const { baseUrl, apiKey } = this.settings;
    this.client ??= import('openai').then(({ OpenAI: Client }) => new Client({ baseURL: baseUrl, apiKey: apiKey ?? 'none', maxRetries: 0, logLevel: 'off', fetchOptions: neverElsewhere }));
    return this.client;
  }

  private async request(texts: readonly string[], signal: AbortSignal): Promise<number[][]> {
    try {
      return await this.resilience.run(() => this.attempt(texts, signal), signal);
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof AppError ? error : vendorUnavailable('EMBEDDER', error);
    }
  }

  private async attempt(texts: readonly string[], signal: AbortSignal): Promise<number[][]> {
    const client = await this.connect();
    const patience = AbortSignal.timeout(this.settings.timeoutMs);
    const readable = texts.map((text) => (text.trim() === '' ? '.' : text));
    const body = { model: this.settings.model, input: readable, encoding_format: 'float' as const };
    try {
      const answer = await client.embeddings.create(body, { signal: AbortSignal.any([signal, patience]) });
      const { model, pricePerMillion: inputPerMillion } = this.settings;
      countTokens({ provider: this.provider, model }, { input: answer.usage?.prompt_tokens ?? null, output: null }, { inputPerMillion });
      return this.checked(answer.data, texts.length);
    } catch (error) {
      if (patience.aborted && !signal.aborted) throw vendorTimeout('EMBEDDER', error);
      throw error;
    }
  }

  private checked(data: readonly { index: number; embedding: number[] }[], count: number): number[][] {
    const vectors = [...data].sort((one, other) => one.index - other.index).map(({ embedding }) => embedding);
    const odd = vectors.find((vector) => vector.length !== this.dimension);
    if (odd !== undefined) throw vendorUnavailable('EMBEDDER', new Error(`a vector of ${String(odd.length)} dimensions where ${String(this.dimension)} are configured`));
    if (vectors.length !== count) throw vendorUnavailable('EMBEDDER', new Error(`${String(vectors.length)} vectors for ${String(count)} texts`));
    return vectors.map(unitLength);
  }
}

import { z } from 'zod';
import { webClientHeader } from '../auth/browser-session.js';
import type { CallableContract, InputOf, ItemOf, OutputOf, RequestContract, StreamContract } from '../kernel/contract.js';
import { ErrorBody, Pagination } from '../kernel/envelope.js';
import { commonErrors, errorKinds, type CommonErrorCode } from '../kernel/errors.js';
import type { HttpRoute } from '../kernel/http-route.js';
import { readServerSentEvents } from './server-sent-events.js';

export interface HttpClientOptions {
  /** Origin of the gateway, for example `https://assistant.example.org`; empty for the page's own. */
  readonly baseUrl: string;
  readonly accessToken?: () => string | null;
  readonly fetch?: typeof fetch;
  /**
   * Asked when an operation demands a fresh second factor: shows one and answers whether that was done. The operation is
   * then asked once more.
   */
  readonly showFactor?: () => Promise<boolean>;
  /** The client is our page in a browser: its refresh token stays in a cookie that it never sees. */
  readonly isOwnPage?: boolean;
}

export interface RequestOptions {
  readonly signal?: AbortSignal;
  readonly idempotencyKey?: string;
}

interface SendOptions extends RequestOptions {
  readonly accept?: string;
}

/** A failure as the gateway's envelope told it; `status` 0 means that no answer came. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
    readonly more: { readonly field?: string; readonly details?: unknown; readonly requestId?: string } = {},
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

const Answer = z.object({
  success: z.boolean(),
  data: z.unknown(),
  error: ErrorBody.nullable(),
  metadata: z.object({ requestId: z.string(), pagination: Pagination.optional() }),
});

const stepUpRequired: CommonErrorCode = 'STEP_UP_REQUIRED';

type Fields = Record<string, unknown>;

function routeOf(contract: CallableContract): HttpRoute {
  if (!contract.http) throw new Error(`${contract.subject} has no public route`);
  return contract.http;
}

/** Paths and queries carry plain values only; anything else is a mistake in the contract. */
function textOf(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TypeError('only texts, numbers and booleans can stand in an address');
}

/** Splits an input into the path with its parameters filled in and the fields that are left. */
function locate(route: HttpRoute, input: Fields): { path: string; rest: Fields } {
  const rest = { ...input };
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => {
    const value = rest[name];
    delete rest[name];
    return encodeURIComponent(textOf(value));
  });
  return { path, rest };
}

function queryOf(fields: Fields): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) query.set(name, textOf(value));
  const text = query.toString();
  return text ? `?${text}` : '';
}

const sendsBody = (route: HttpRoute) => route.method !== 'GET' && route.method !== 'DELETE';

/** Calls the public routes by their contracts: typed input, typed answer, `ApiError` for every failure. */
export class HttpClient {
  private readonly fetch: typeof fetch;

  constructor(private readonly options: HttpClientOptions) {
    this.fetch = options.fetch ?? ((...parameters) => globalThis.fetch(...parameters));
  }

  /** Address of an operation for links and downloads. */
  url<C extends CallableContract>(contract: C, input: InputOf<C>): string {
    const route = routeOf(contract);
    const { path, rest } = locate(route, input as Fields);
    return `${this.options.baseUrl}${path}${sendsBody(route) ? '' : queryOf(rest)}`;
  }

  async request<C extends RequestContract>(contract: C, input: InputOf<C>, options: RequestOptions = {}): Promise<OutputOf<C>> {
    const response = await this.send(contract, input as Fields, options);
    return answerOf(contract, response);
  }

  async *stream<C extends StreamContract>(contract: C, input: InputOf<C>, options: RequestOptions = {}): AsyncGenerator<ItemOf<C>> {
    const response = await this.send(contract, input as Fields, { ...options, accept: 'text/event-stream' });
    if (!response.ok || !response.body) throw await failureOf(response);
    for await (const { event, data } of readServerSentEvents(response.body)) {
      if (event === 'error') {
        const { code, message } = ErrorBody.parse(JSON.parse(data));
        throw new ApiError(code, message, response.status);
      }
      yield contract.item.parse(JSON.parse(data)) as ItemOf<C>;
    }
  }

  /** Sends one file with the other input fields as a form. */
  async upload<C extends RequestContract>(contract: C, file: File, fields: Record<string, string> = {}): Promise<OutputOf<C>> {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    form.set('file', file);
    const { path, rest } = locate(routeOf(contract), {});
    const response = await this.exchange(`${path}${queryOf(rest)}`, { method: routeOf(contract).method, body: form, headers: this.headers() });
    return answerOf(contract, response);
  }

  /** The bytes of a download operation. */
  async download<C extends RequestContract>(contract: C, input: InputOf<C>, options: RequestOptions = {}): Promise<ArrayBuffer> {
    const response = await this.send(contract, input as Fields, options);
    if (!response.ok) throw await failureOf(response);
    return response.arrayBuffer();
  }

  private headers(): Record<string, string> {
    const token = this.options.accessToken?.();
    const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
    if (this.options.isOwnPage) headers[webClientHeader.name] = webClientHeader.value;
    return headers;
  }

  private async send(contract: CallableContract, input: Fields, options: SendOptions): Promise<Response> {
    const response = await this.sendOnce(contract, input, options);
    const { showFactor } = this.options;
    if (response.status !== errorKinds[commonErrors.STEP_UP_REQUIRED] || !showFactor) return response;
    const { code } = await failureOf(response.clone());
    return code === stepUpRequired && (await showFactor()) ? this.sendOnce(contract, input, options) : response;
  }

  private sendOnce(contract: CallableContract, input: Fields, options: SendOptions): Promise<Response> {
    const route = routeOf(contract);
    const { path, rest } = locate(route, input);
    const headers: Record<string, string> = { ...this.headers(), accept: options.accept ?? 'application/json' };
    if (options.idempotencyKey) headers['idempotency-key'] = options.idempotencyKey;
    if (!sendsBody(route)) return this.exchange(`${path}${queryOf(rest)}`, { method: route.method, headers, signal: options.signal });
    headers['content-type'] = 'application/json';
    return this.exchange(path, { method: route.method, headers, body: JSON.stringify(rest), signal: options.signal });
  }

  private async exchange(path: string, init: RequestInit): Promise<Response> {
    try {
      return await this.fetch(`${this.options.baseUrl}${path}`, init);
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw new ApiError('UNREACHABLE', 'The server cannot be reached.', 0);
    }
  }
}

async function failureOf(response: Response): Promise<ApiError> {
  const parsed = Answer.safeParse(await response.json().catch(() => null));
  if (!parsed.success || !parsed.data.error) return new ApiError('UNEXPECTED_ANSWER', `The server answered with status ${response.status}.`, response.status);
  const { code, message, field, details } = parsed.data.error;
  return new ApiError(code, message, response.status, { field, details, requestId: parsed.data.metadata.requestId });
}

async function answerOf<C extends RequestContract>(contract: C, response: Response): Promise<OutputOf<C>> {
  if (!response.ok) throw await failureOf(response);
  const { data, metadata } = Answer.parse(await response.json());
  const whole = contract.http?.list ? { items: data, pagination: metadata.pagination } : data;
  return contract.output.parse(whole) as OutputOf<C>;
}

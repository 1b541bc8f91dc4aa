import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

const ChatBody = z.strictObject({
  model: z.string().min(1),
  messages: z.array(z.strictObject({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })).min(1),
  stream: z.literal(true),
  stream_options: z.strictObject({ include_usage: z.literal(true) }),
  temperature: z.number().min(0).max(2).optional(),
  max_tokens: z.int().positive().optional(),
});
const EmbeddingsBody = z.strictObject({ model: z.string().min(1), input: z.array(z.string().min(1)).min(1).max(2048), encoding_format: z.enum(['float', 'base64']).optional() });

/** How the next request is treated; `say` answers, everything else is a way to fail. */
export type Behaviour =
  | { readonly kind: 'say'; readonly chunks: readonly string[]; readonly finish?: string; readonly pauseMs?: number }
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Record<string, string> }
  | { readonly kind: 'hang'; readonly afterChunks?: readonly string[] }
  | { readonly kind: 'cut'; readonly chunks: readonly string[]; readonly clean?: boolean }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'refuse' };

export interface OpenAiDouble {
  readonly baseUrl: string;
  /** Bodies of all requests that were well formed. */
  readonly bodies: unknown[];
  /** Requests whose connection the client closed before the answer was complete. */
  readonly abandoned: () => number;
  /** What was wrong with malformed requests. */
  readonly complaints: string[];
  /** Treats the next requests in this order; the last one stays. */
  behave(...behaviours: Behaviour[]): void;
  /** Length of the vectors it answers. */
  dimension: number;
  close(): Promise<void>;
}

interface State {
  queue: Behaviour[];
  abandoned: number;
  dimension: number;
  readonly bodies: unknown[];
  readonly complaints: string[];
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return JSON.parse(text);
}

function piece(model: string, choices: unknown[], usage?: unknown): string {
  return `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model, choices, ...(usage === undefined ? {} : { usage }) })}\n\n`;
}
const delta = (content: string) => [{ index: 0, delta: { role: 'assistant', content }, finish_reason: null }];

async function say(response: ServerResponse, model: string, behaviour: Extract<Behaviour, { kind: 'say' }>): Promise<void> {
  for (const chunk of behaviour.chunks) {
    if (response.destroyed) return;
    response.write(piece(model, delta(chunk)));
    if (behaviour.pauseMs !== undefined) await pause(behaviour.pauseMs);
  }
  response.write(piece(model, [{ index: 0, delta: {}, finish_reason: behaviour.finish ?? 'stop' }]));
  response.write(piece(model, [], { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 }));
  response.end('data: [DONE]\n\n');
}

async function chat(response: ServerResponse, model: string, behaviour: Behaviour): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  if (behaviour.kind === 'say') return say(response, model, behaviour);
  if (behaviour.kind === 'hang') return void (behaviour.afterChunks ?? []).forEach((chunk) => response.write(piece(model, delta(chunk))));
  if (behaviour.kind === 'malformed') return void response.end('data: {"choices": [{"delta": {"content": "half\n\n');
  if (behaviour.kind !== 'cut') return;
  for (const chunk of behaviour.chunks) response.write(piece(model, delta(chunk)));
  await pause(20);
  if (behaviour.clean === true) response.end();
  else response.destroy();
}

/** A vector of letter pairs: texts that share words lie near each other. */
function vectorOf(text: string, dimension: number): number[] {
  const vector = new Array<number>(dimension).fill(0);
  for (const word of text.toLowerCase().match(/\p{L}+/gu) ?? ['.']) {
    let hash = 7;
    for (const letter of word.slice(0, 5)) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 104_729;
    vector[hash % dimension] = (vector[hash % dimension] ?? 0) + 1;
  }
  return vector;
}

function answerEmbeddings(response: ServerResponse, body: z.output<typeof EmbeddingsBody>, dimension: number): void {
  const data = body.input.map((text, index) => ({ object: 'embedding', index, embedding: vectorOf(text, dimension) }));
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ object: 'list', model: body.model, data: data.reverse(), usage: { prompt_tokens: 1, total_tokens: 1 } }));
}

function complain(state: State, response: ServerResponse, problem: string): void {
  state.complaints.push(problem);
  response.writeHead(400, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ error: { message: problem, type: 'invalid_request_error' } }));
}

async function serve(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.on('close', () => (state.abandoned += response.writableEnded ? 0 : 1));
  if (request.headers.authorization !== 'Bearer test-key') return complain(state, response, 'no key');
  if (request.method === 'GET' && request.url === '/v1/models') return void response.writeHead(200, { 'content-type': 'application/json' }).end('{"object":"list","data":[]}');
  const isChat = request.url === '/v1/chat/completions';
  const parsed = (isChat ? ChatBody : EmbeddingsBody).safeParse(await bodyOf(request));
  if (!parsed.success || (!isChat && request.url !== '/v1/embeddings')) return complain(state, response, parsed.error?.message ?? `unknown path ${String(request.url)}`);
  state.bodies.push(parsed.data);
  const behaviour: Behaviour = (state.queue.length > 1 ? state.queue.shift() : state.queue[0]) ?? { kind: 'say', chunks: ['ok'] };
  if (behaviour.kind === 'refuse') return void request.socket.destroy();
  if (behaviour.kind === 'status') {
    response.writeHead(behaviour.status, { 'content-type': 'application/json', ...behaviour.headers });
    return void response.end('{"error":{"message":"VENDOR SECRET TEXT"}}');
  }
  if (isChat) return chat(response, parsed.data.model, behaviour);
  if (behaviour.kind === 'say') answerEmbeddings(response, parsed.data as z.output<typeof EmbeddingsBody>, state.dimension);
}

/** A strict stand-in for an OpenAI-compatible endpoint: refuses what the protocol does not allow and misbehaves on request. */
export async function startOpenAiDouble(): Promise<OpenAiDouble> {
  const state: State = { queue: [], abandoned: 0, dimension: 64, bodies: [], complaints: [] };
  const server = createServer((request, response) => {
    serve(state, request, response).catch((error: unknown) => complain(state, response, String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/v1`,
    bodies: state.bodies,
    complaints: state.complaints,
    abandoned: () => state.abandoned,
    behave: (...behaviours) => void (state.queue = behaviours),
    get dimension() {
      return state.dimension;
    },
    set dimension(value) {
      state.dimension = value;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

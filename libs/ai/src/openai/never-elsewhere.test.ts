import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { OpenAiChatModel } from '../chat-model/openai.chat-model.js';
import { OpenAiEmbedder } from '../embedder/openai.embedder.js';

/** What arrived at the address that the endpoint points to. */
const arrived: string[] = [];
let outside: Server;
let endpoint: Server;
let redirections = 0;

const urlOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

beforeAll(async () => {
  outside = createServer((request, response) => {
    arrived.push(request.url ?? '');
    response.end('{}');
  }).listen(0, '127.0.0.1');
  await once(outside, 'listening');
  endpoint = createServer((request, response) => {
    redirections += 1;
    request.resume();
    response.writeHead(307, { location: `${urlOf(outside)}${request.url}` }).end();
  }).listen(0, '127.0.0.1');
  await once(endpoint, 'listening');
});
afterAll(() => {
  outside.close();
  endpoint.close();
});

it('no text goes where an endpoint points to', async () => {
  const settings = { baseUrl: `${urlOf(endpoint)}/v1`, model: 'm', resilience: { attempts: 1 } };
  const chat = new OpenAiChatModel({ ...settings, idleTimeoutMs: 2_000, totalTimeoutMs: 4_000 });
  const embedder = new OpenAiEmbedder({ ...settings, dimension: 3, timeoutMs: 2_000 });
  const { signal } = new AbortController();
  const read = async () => {
    for await (const _ of chat.stream({ question: 'What does Jane Doe take?', standaloneQuestion: 'What does Jane Doe take?', passages: [], history: [], maxAnswerTokens: 10 }, signal));
  };
  await expect(read()).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
  await expect(chat.check(signal)).rejects.toThrow();
  await expect(embedder.embed(['Jane Doe'], signal)).rejects.toMatchObject({ code: 'EMBEDDER_UNAVAILABLE' });
  expect(redirections).toBeGreaterThanOrEqual(3);
  expect(arrived).toEqual([]);
});

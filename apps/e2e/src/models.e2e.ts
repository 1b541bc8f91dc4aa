import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { kb, rag } from '@voiceassist/contracts';
import { Conversation } from './house/conversation.js';
import { Person } from './house/person.js';
import { mode, Product } from './house/product.js';

const chunk = (delta: object, finish: string | null) =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 0, model: 'double', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const event = (content: string) => chunk({ content }, null);

/** A model endpoint that says, hangs or floods as told; the only part that cannot run for real here. */
class ModelDouble {
  behaviour: 'hostile' | 'hang' | 'slow' = 'hostile';
  aborted = 0;
  private constructor(private readonly server: Server) {}

  static async start(): Promise<ModelDouble> {
    const double: ModelDouble = new ModelDouble(
      createServer((request, response) => {
        request.resume();
        response.on('close', () => (double.aborted += response.writableFinished ? 0 : 1));
        double.answer(response);
      }),
    );
    await new Promise<void>((resolve) => double.server.listen(0, '127.0.0.1', resolve));
    return double;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private answer(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    if (this.behaviour === 'hang') return;
    if (this.behaviour === 'slow') {
      const timer = setInterval(() => response.write(event('word ')), 50);
      response.on('close', () => clearInterval(timer));
      return;
    }
    for (const text of ['Wash hands for 40 to 60 seconds [', '1', '] and see [99', '][0] [1', '234] <img src=http://evil.example/x> ![x](http://evil.example/y)', ' [doc 7].']) response.write(event(text));
    response.write(chunk({}, 'stop'));
    response.end('data: [DONE]\n\n');
  }
}

describe(`a model endpoint, ${mode}`, () => {
  let product: Product;
  let boss: Person;
  let model: ModelDouble;
  const question = 'How long should hands be washed with soap and water?';

  beforeAll(async () => {
    model = await ModelDouble.start();
    product = await Product.start({ LLM_URL: model.url, LLM_MODEL: 'double', LLM_API_KEY: 'unused', LLM_TIMEOUT_MS: '2000' });
    boss = await Person.signIn(product);
    for (const { documentId } of (await boss.client.request(kb.listDocuments, {})).items) await boss.ingested(documentId);
  }, 120_000);
  afterAll(async () => {
    await product?.discard();
    model?.stop();
  });

  it('shows only markers that resolve and nothing that fetches', async () => {
    model.behaviour = 'hostile';
    const conversation = await Conversation.open(boss);
    const answer = await conversation.answerTo(question);
    const markers = [...answer.content.matchAll(/\[(\d+)\]/g)].map(([, number]) => Number(number));
    expect(markers.length).toBeGreaterThan(0);
    for (const marker of markers) expect(answer.citations.map(({ number }) => number)).toContain(marker);
    expect(answer.content).not.toContain('![');
    conversation.close();
  });

  it('stops the model when the person says stop, and keeps what was said', async () => {
    model.behaviour = 'slow';
    const conversation = await Conversation.open(boss);
    conversation.ask(question);
    const { messageId } = await conversation.next('message_start');
    await conversation.next('message_chunk');
    const abortedBefore = model.aborted;
    conversation.send({ type: 'stop', messageId });
    const complete = await conversation.next('message_complete');
    expect(complete.stopped).toBe(true);
    expect(model.aborted).toBe(abortedBefore + 1);
    expect(await boss.client.request(rag.readMessage, { messageId })).toMatchObject({ state: 'stopped', content: complete.content });
    conversation.close();
  });

  it('tells the person when the model hangs, and stays usable', async () => {
    model.behaviour = 'hang';
    const conversation = await Conversation.open(boss);
    conversation.ask(question);
    await expect(conversation.next('message_complete', 60_000)).rejects.toThrow(/MODEL_(TIMEOUT|UNAVAILABLE)/);
    model.behaviour = 'hostile';
    expect(await product.isReady()).toBe(true);
    conversation.close();
  }, 90_000);
});

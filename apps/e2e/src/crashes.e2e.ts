import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { admin, ApiError, kb, rag, type Document } from '@voiceassist/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import { Conversation } from './house/conversation.js';
import { pdfOf } from './house/documents.js';
import { Person } from './house/person.js';
import { mode, Product } from './house/product.js';

/** In standalone there is one process to kill; in the distributed mode each service in turn. */
const victims = mode === 'standalone' ? ['standalone'] : ['gateway', 'kb-indexer', 'auth', 'users', 'admin', 'rag-orchestrator', 'realtime', 'integrations'];

async function longPdf(name: string) {
  const pages = Array.from({ length: 6 }, (_, page) => ({
    heading: `${name} section ${page + 1}`,
    lines: Array.from({ length: 30 }, (_, line) => `Rule ${page + 1}.${line + 1} of ${name}: the value is ${page * 31 + line} units per hour.`),
  }));
  return pdfOf(`${name}.pdf`, pages);
}

describe(`kill -9, ${mode}`, () => {
  let product: Product;
  let boss: Person;

  beforeAll(async () => {
    product = await Product.start();
    boss = await Person.signIn(product);
  }, 120_000);
  afterAll(() => product?.discard());

  it.each(victims)('of %s in the middle of an upload and of an answer loses nothing that was acknowledged', async (victim) => {
    const first = await boss.upload(await longPdf(`${victim}-a`));
    const inFlight: Promise<Document | Error> = longPdf(`${victim}-b`).then((file) => boss.upload(file)).catch((error: unknown) => error as Error);
    const conversation = await Conversation.open(boss);
    conversation.ask('How long should hands be washed with soap and water?');
    await sleep(40);
    await product.kill(victim);
    boss = await Person.signIn(product);

    const second = await inFlight;
    const accepted = [first, ...(second instanceof Error ? [] : [second])];
    if (second instanceof Error) expect(second).toBeInstanceOf(ApiError);
    for (const { documentId } of accepted) {
      const document = await boss.ingested(documentId, 90_000);
      expect(['ready', 'failed']).toContain(document.stage);
      if (document.stage === 'failed') expect(document.failure?.code).toBeTruthy();
    }
    const { items } = await boss.client.request(kb.listDocuments, { pageSize: 100 });
    expect(new Set(items.map(({ sha256 }) => sha256)).size).toBe(items.length);

    for (const { documentId } of items) await boss.ingested(documentId, 90_000); // the samples may have been in work too
    const again = await Conversation.open(boss);
    expect((await again.answerTo('How long should hands be washed with soap and water?')).content).toContain('40 to 60 seconds');
    again.close();
    conversation.cut();
  }, 240_000);

  it('leaves no answer hanging', async () => {
    const { items } = await boss.client.request(rag.listConversations, { pageSize: 100 });
    for (const { conversationId } of items) {
      const messages = await boss.client.request(rag.listMessages, { conversationId });
      for (const message of messages.items) if (message.role === 'assistant' && message.state === 'failed') expect(message.failure?.code).toBeTruthy();
    }
  });

  it('loses no row of a refused attempt, also when the ledger is away meanwhile', async () => {
    const refuse = async (requestId: string) => {
      const { status } = await fetch(`${product.url}${kb.searchPassages.http.path}`, { method: 'POST', headers: { 'x-request-id': requestId, 'content-type': 'application/json' }, body: '{"query":"x"}' });
      expect(status).toBe(401);
    };
    if (mode === 'distributed') product.signal('admin', 'SIGSTOP');
    for (const requestId of ['refused-before-kill-1', 'refused-before-kill-2', 'refused-before-kill-3']) await refuse(requestId);
    await sleep(1_000); // the promise: in the file within a second
    if (mode === 'standalone') await product.kill('standalone');
    else {
      product.signal('gateway', 'SIGKILL');
      product.signal('admin', 'SIGCONT');
      await product.untilReady();
    }
    boss = await Person.signIn(product);
    const rowOf = async (requestId: string) => (await boss.client.request(admin.searchAudit, { requestId })).items[0];
    while (!(await rowOf('refused-before-kill-2'))) await sleep(200);
    expect(await rowOf('refused-before-kill-1')).toMatchObject({ service: 'gateway', action: 'kb.search', outcome: 'UNAUTHENTICATED' });
    expect(await rowOf('refused-before-kill-2')).toMatchObject({ attempts: 2 });
  }, 120_000);

  if (mode === 'distributed') it('an upload while the indexer is down is refused clearly and leaves nothing behind', async () => {
    product.signal('kb-indexer', 'SIGSTOP');
    const refused = await boss.upload(await pdfOf('while-down.pdf', [{ heading: 'Down', lines: ['Nobody reads this yet.'] }])).catch((error: unknown) => error);
    product.signal('kb-indexer', 'SIGCONT');
    expect(refused).toBeInstanceOf(ApiError);
    expect(['TIMEOUT', 'UNAVAILABLE']).toContain((refused as ApiError).code);
    await product.untilReady();
  }, 120_000);
});

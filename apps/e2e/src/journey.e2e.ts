import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { admin, auth, kb, rag, type Document } from '@voiceassist/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import { Conversation } from './house/conversation.js';
import { pdfOf, protocolPages } from './house/documents.js';
import { Person } from './house/person.js';
import { mode, Product } from './house/product.js';

const question = 'How often is blood pressure measured during a zephyrol infusion?';

describe(`the main journey, ${mode}`, () => {
  let product: Product;
  let boss: Person;
  let document: Document;

  beforeAll(async () => {
    product = await Product.start();
    boss = await Person.signIn(product);
  }, 120_000);
  afterAll(() => product?.discard());

  it('answers the first question from the shipped samples, before any upload', async () => {
    const samples = await boss.client.request(kb.listCollections, {});
    expect(samples.items.some(({ sample }) => sample)).toBe(true);
    for (const { documentId } of (await boss.client.request(kb.listDocuments, {})).items) expect((await boss.ingested(documentId)).stage).toBe('ready');
    const conversation = await Conversation.open(boss);
    const answer = await conversation.answerTo('How long should hands be washed with soap and water?');
    expect(answer.verdict).not.toBe('abstained');
    expect(answer.content).toContain('40 to 60 seconds');
    expect(answer.citations.map(({ documentTitle }) => documentTitle).join()).toMatch(/hand.hygiene/i);
    conversation.close();
  });

  it('takes a PDF and shows its progress to the end', async () => {
    const accepted = await boss.upload(await pdfOf('zephyrol.pdf', protocolPages), { title: 'Zephyrol protocol' });
    const stages: string[] = [];
    for await (const { stage, failure } of boss.client.stream(kb.watchDocument, { documentId: accepted.documentId })) {
      expect(failure).toBeNull();
      stages.push(stage);
    }
    expect(stages.at(-1)).toBe('ready');
    document = await boss.ingested(accepted.documentId);
    expect(document.report).toMatchObject({ pages: 2, pagesWithoutText: [] });
  });

  it('streams an answer whose citation opens the page that says it', async () => {
    const conversation = await Conversation.open(boss);
    const answer = await conversation.answerTo(question);
    const kinds = conversation.frames.map(({ type }) => type);
    expect(kinds.indexOf('message_start')).toBeLessThan(kinds.indexOf('message_chunk'));
    expect(kinds.indexOf('stage')).toBeLessThan(kinds.indexOf('message_chunk'));
    expect(kinds.at(-1)).toBe('message_complete');
    const chunks = conversation.frames.flatMap((frame) => (frame.type === 'message_chunk' ? [frame.content] : []));
    expect(chunks.join('')).toBe(answer.content);
    expect(answer.content).toContain('every 15 minutes');
    const [citation] = answer.citations;
    expect(citation).toMatchObject({ number: 1, documentId: document.documentId, page: 2 });
    const page = await boss.client.request(kb.readPage, { documentId: document.documentId, page: citation?.page ?? 0 });
    expect(page.text.slice(citation?.range.start, citation?.range.end)).toContain('15 minutes');
    const bytes = await boss.client.download(kb.downloadDocument, { documentId: document.documentId });
    expect(Buffer.from(bytes).subarray(0, 5).toString()).toBe('%PDF-');
    conversation.close();
  });

  it('keeps the context of a follow-up question', async () => {
    const conversation = await Conversation.open(boss);
    const first = await conversation.answerTo('In which solution is zephyrol dissolved?');
    expect(first.content).toContain('sodium chloride');
    const { conversationId } = await conversation.next('message_start');
    const second = await conversation.answerTo('And when is it stopped?', { conversationId });
    expect(second.content).toContain('90 mmHg');
    const stored = await boss.client.request(rag.listMessages, { conversationId });
    expect(stored.items.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant']);
    expect(stored.items.at(-1)?.citations).toEqual(second.citations);
    conversation.close();
  });

  it('says so when the sources do not say it', async () => {
    const conversation = await Conversation.open(boss);
    const answer = await conversation.answerTo('Who won the football world championship in 1954?');
    expect(answer.verdict).toBe('abstained');
    expect(answer.citations).toEqual([]);
    conversation.close();
  });

  it('gives the same sources over HTTP and over the socket', async () => {
    const parts = [];
    for await (const part of boss.client.stream(rag.streamAnswer, { clientMessageId: crypto.randomUUID(), content: question })) parts.push(part);
    const complete = parts.find((part) => part.type === 'message_complete');
    const conversation = await Conversation.open(boss);
    const answer = await conversation.answerTo(question);
    expect(complete?.type === 'message_complete' && complete.citations.map(({ passageId }) => passageId)).toEqual(answer.citations.map(({ passageId }) => passageId));
    conversation.close();
  });

  it('remembers everything after a restart', async () => {
    const before = await boss.client.request(rag.listConversations, {});
    await product.stop();
    await product.launch();
    boss = await Person.signIn(product);
    expect((await boss.client.request(rag.listConversations, {})).items).toEqual(before.items);
    const conversation = await Conversation.open(boss);
    expect((await conversation.answerTo(question)).content).toContain('every 15 minutes');
    conversation.close();
  });

  it('has audited what was changed and read, and counts from real data', async () => {
    const actions = new Set<string>();
    for (let page = 1; page <= 5; page += 1) for (const { action } of (await boss.client.request(admin.searchAudit, { page, pageSize: 100 })).items) actions.add(action);
    for (const action of ['auth.login', 'kb.upload-document', 'kb.download-document', 'kb.read-page', 'rag.ask', 'rag.list-messages', 'realtime.issue-ticket']) expect(actions).toContain(action);
    const summary = await boss.client.request(admin.readSummary, {});
    expect(summary.unreachable).toEqual([]);
    expect(summary.users.total).toBe(1);
    expect(summary.knowledge.documents).toBeGreaterThanOrEqual(5);
    expect(summary.answers.questions).toBeGreaterThanOrEqual(6);
  });

  it('no longer finds a deleted document with the next question', async () => {
    await boss.client.request(kb.deleteDocument, { documentId: document.documentId });
    const conversation = await Conversation.open(boss);
    const answer = await conversation.answerTo(question);
    expect(answer.citations.filter(({ documentId }) => documentId === document.documentId)).toEqual([]);
    await expect(boss.client.download(kb.downloadDocument, { documentId: document.documentId })).rejects.toMatchObject({ code: 'DOCUMENT_NOT_FOUND' });
    conversation.close();
  });

  it('ends every token and socket of a session at sign-out', async () => {
    const leaving = await Person.signIn(product);
    const conversation = await Conversation.open(leaving);
    await leaving.client.request(auth.logout, {});
    expect((await conversation.end(5_000)).code).toBe(4401);
    await expect(leaving.client.request(auth.refresh, { refreshToken: leaving.tokens.refreshToken })).rejects.toMatchObject({ code: 'REFRESH_REFUSED' });
    // each edge polls the revocations for itself, so the gateway may hear of it a moment after realtime did
    let refused: unknown = null;
    for (let tries = 0; tries < 50 && !refused; tries += 1) {
      refused = await leaving.client.request(auth.me, {}).then(() => null, (error: unknown) => error);
      if (!refused) await sleep(100);
    }
    expect(refused).toMatchObject({ status: 401 });
  });
});

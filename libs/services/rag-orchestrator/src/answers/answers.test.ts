import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AppError, Call, commonFailure } from '@voiceassist/kit';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomUUID } from 'node:crypto';
import { House, Person } from '../fixtures/house.js';
import { AnswersRepository } from './answers.repository.js';
import { RagOrchestratorModule } from '../rag-orchestrator.module.js';

const soap = 'Soap and water should be used when hands are visibly soiled (e.g., blood, body fluids). Otherwise an alcohol-based hand rub is preferred for hand hygiene.';
const gloves = 'Gloves are worn for contact with blood or body fluids. Gloves are changed between patients.';
const question = 'When is soap and water preferred for hand hygiene?';

function furnish(house: House): void {
  house.knowledge.passages = [];
  house.knowledge.failure = null;
  house.knowledge.queries = [];
  house.knowledge.add(soap);
  house.knowledge.add(gloves, { page: 10, heading: 'Gloves' });
}

/** Something that only comes true after the stream's reader has gone. */
async function eventually<T>(read: () => Promise<T>, isTrue: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await read();
    if (isTrue(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('answers with a scripted model', () => {
  let house: House;
  let person: Person;
  beforeAll(async () => {
    house = await House.start({ ANSWER_LEASE_MS: '1500' });
  });
  afterAll(() => house.close());
  beforeEach(() => {
    furnish(house);
    person = new Person(house);
    house.model.requests.length = 0;
    house.model.script = () => ['Soap and water should be used ', 'when hands are visibly soiled [', '1].'];
  });

  it('streams start, stages, citation before its marker, and the whole at the end; and stores it', async () => {
    const answer = await person.ask({ content: question });
    expect(answer.parts[0]?.type).toBe('message_start');
    expect(answer.of('stage').map(({ stage }) => stage)).toEqual(['screening', 'retrieving', 'reading', 'answering', 'verifying']);
    expect(answer.text).toBe('Soap and water should be used when hands are visibly soiled [1].');
    expect(answer.of('message_chunk').map(({ index }) => index)).toEqual([...answer.of('message_chunk').keys()]);
    const marker = answer.parts.findIndex((part) => part.type === 'message_chunk' && part.content.includes('[1]'));
    expect(answer.parts.findIndex((part) => part.type === 'citation')).toBeLessThan(marker);
    const { complete } = answer;
    expect(complete).toMatchObject({ content: answer.text, verdict: 'supported', stopped: false, usage: { model: 'scripted' } });
    expect(complete.citations).toEqual(answer.of('citation').map(({ citation }) => citation));
    expect(complete.citations[0]).toMatchObject({ number: 1, page: 9, quote: soap, documentTitle: 'Guide to infection prevention' });
    expect(complete.citations[0]?.url).toContain(`/documents/${complete.citations[0]?.documentId ?? ''}?page=9`);
    expect(complete.timings.firstChunkMs).toBeGreaterThan(0);
    const stored = await person.read(complete.messageId);
    expect(stored).toMatchObject({ state: 'complete', content: complete.content, citations: complete.citations, verdict: 'supported', timings: complete.timings });
    expect(house.knowledge.queries).toEqual([{ query: question, userId: person.userId, limit: 10 }]);
  });

  it('repeats the stored answer to the same client id, without asking the model again', async () => {
    const clientMessageId = randomUUID();
    const first = await person.ask({ content: question, clientMessageId });
    const again = await person.ask({ content: question, clientMessageId });
    expect(again.complete).toEqual(first.complete);
    expect(again.text).toBe(first.text);
    expect(house.model.requests).toHaveLength(1);
    const stranger = await new Person(house).ask({ content: question, clientMessageId });
    expect(stranger.complete.messageId).not.toBe(first.complete.messageId);
  });

  it('answers once when the same question arrives twice at a time', async () => {
    const clientMessageId = randomUUID();
    const [one, other] = await Promise.all([person.ask({ content: question, clientMessageId }), person.ask({ content: question, clientMessageId })]);
    expect(one.complete).toEqual(other.complete);
    expect(house.model.requests).toHaveLength(1);
  });

  it('abstains without references and says what was searched', async () => {
    const answer = await person.ask({ content: 'What is the half-life of zolpidem in hepatic impairment?' });
    expect(answer.complete).toMatchObject({ verdict: 'abstained', citations: [] });
    expect(answer.text).toContain('“Infection prevention”');
    expect(answer.text).not.toMatch(/\[\d/);
    expect(house.model.requests).toHaveLength(0);
  });

  it.each([[['NOT_IN_', 'SOURCES']], [['`NOT_IN_SOURCES`.']], [[]], [['[7]']]])('abstains when the model says %j', async (script) => {
    house.model.script = () => script;
    const { complete, text } = await person.ask({ content: question });
    expect(complete.verdict).toBe('abstained');
    expect(text).toBe(complete.content);
    expect(text).toMatch(/^Your sources do not answer/);
  });

  it('marks what its sources do not support', async () => {
    house.model.script = () => ['Soap and water should be used for 45 seconds when hands are visibly soiled [1].'];
    expect((await person.ask({ content: question })).complete.verdict).toBe('partly');
    house.model.script = () => ['Soap and water should not be used when hands are visibly soiled [1].'];
    expect((await person.ask({ content: question })).complete.verdict).toBe('partly');
    house.model.script = () => ['Soap and water should be used when hands are visibly soiled.'];
    expect((await person.ask({ content: question })).complete.verdict).toBe('partly');
  });

  it('shows no marker, link or hidden character that a hostile model invents', async () => {
    house.model.script = () => ['Wash [9][', '99] hands ![x](http://evil/', 'a.png) [1](javascript:x) 【3】 [[7]2] \u202e<img src=x>\u0000', ' done [1', ''];
    const { text, complete } = await person.ask({ content: question });
    expect(text).toBe('Wash hands ! [x] (http://evil/a.png) [1] (javascript:x) [2] <img src=x> done');
    expect(complete.citations.map(({ number }) => number)).toEqual([1, 2]);
  });

  it('keeps unicode and right-to-left text whole', async () => {
    const text = 'متى يفضل الماء والصابون؟ 🫀 الجرعة ٥ ملغ';
    house.knowledge.add(`${text}. نظافة اليدين.`);
    house.model.script = () => [...text, ' [3].'];
    const answer = await person.ask({ content: `${text} \u0000\ud83e` });
    expect(answer.text).toBe(`${text} [1].`);
    const messages = await house.rag.listMessages({ conversationId: answer.start.conversationId }, person.call());
    expect(messages.items.map(({ content }) => content)).toEqual([`${text} \ufffd`, answer.text]);
  });

  it('understands a follow-up from what was asked before', async () => {
    const first = await person.ask({ content: question });
    await person.ask({ content: 'And what about when they are visibly soiled?', conversationId: first.start.conversationId });
    expect(house.knowledge.queries[1]?.query).toBe(`${question} And what about when they are visibly soiled?`);
    expect(house.model.requests[1]?.history).toEqual([{ role: 'user', content: question }, { role: 'assistant', content: first.text.replace(' [1]', '') }]);
    await person.ask({ content: 'When are gloves worn for contact with blood?', conversationId: first.start.conversationId });
    expect(house.knowledge.queries[2]?.query).toBe('When are gloves worn for contact with blood?');
  });

  it('stores what was said when the reader goes away, and repeats just that', async () => {
    let stopped = false;
    house.model.script = async function* () {
      try {
        for (let word = 0; ; word += 1) {
          yield `word${String(word)} `;
          await new Promise((resolve) => setTimeout(resolve, 2));
        }
      } finally {
        stopped = true;
      }
    };
    const clientMessageId = randomUUID();
    let messageId = '';
    let chunks = 0;
    for await (const part of person.stream({ content: question, clientMessageId })) {
      messageId = part.messageId;
      if (part.type === 'message_chunk' && (chunks += 1) === 3) break;
    }
    const stored = await eventually(() => person.read(messageId), ({ state }) => state !== 'answering');
    expect(stored.state).toBe('stopped');
    expect(stored.content).toMatch(/^word0 word1 word2/);
    expect(stopped).toBe(true);
    const again = await person.ask({ content: question, clientMessageId });
    expect(again.complete).toMatchObject({ messageId, stopped: true, content: stored.content });
  });

  it('stores a failure, and tries again when asked again with the same id', async () => {
    const clientMessageId = randomUUID();
    house.model.script = async function* () {
      yield 'Soap and ';
      throw new AppError('MODEL_UNAVAILABLE', 'unavailable', 'not now');
    };
    await expect(person.ask({ content: question, clientMessageId })).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
    const { items } = await house.rag.listConversations({}, person.call());
    const messages = await house.rag.listMessages({ conversationId: items[0]?.conversationId ?? '' }, person.call());
    expect(messages.items[1]).toMatchObject({ state: 'failed', failure: { code: 'MODEL_UNAVAILABLE' } });
    house.model.script = () => ['Soap and water should be used when hands are visibly soiled [1].'];
    const again = await person.ask({ content: question, clientMessageId });
    expect(again.complete).toMatchObject({ messageId: messages.items[1]?.messageId, verdict: 'supported' });
    expect((await house.rag.listMessages({ conversationId: again.start.conversationId }, person.call())).items).toHaveLength(2);
  });

  it('says that search is down, and that a collection is unknown', async () => {
    house.knowledge.failure = commonFailure('UNAVAILABLE', 'gone');
    await expect(person.ask({ content: question })).rejects.toMatchObject({ code: 'SEARCH_UNAVAILABLE', kind: 'unavailable' });
    house.knowledge.failure = new AppError('COLLECTION_NOT_FOUND', 'not_found', 'There is no such collection.');
    await expect(person.ask({ content: question, collectionIds: [randomUUID()] })).rejects.toMatchObject({ code: 'COLLECTION_NOT_FOUND' });
  });

  it('ends answers whose writer died, and leaves those alone that are being written', async () => {
    const answers = house.process.get(RagOrchestratorModule, AnswersRepository);
    const orphan = await answers.open(person.userId, { clientMessageId: randomUUID(), content: question, mode: 'quick' });
    if (orphan.kind !== 'begun') throw new Error('not begun');
    expect((await person.read(orphan.messageId)).state).toBe('answering');
    const interrupted = await eventually(() => person.read(orphan.messageId), ({ state }) => state !== 'answering');
    expect(interrupted).toMatchObject({ state: 'failed', failure: { code: 'INTERRUPTED' } });
    await answers.end(orphan, { state: 'complete', content: 'too late', verdict: 'supported', usage: null, timings: null, failure: null, citations: [] });
    expect((await person.read(orphan.messageId)).content).toBe('');
  });

  it('cuts off an answer that never ends', async () => {
    house.model.script = function* () {
      for (;;) yield 'soap '.repeat(100);
    };
    const { complete } = await person.ask({ content: question });
    expect(complete.content.length).toBeGreaterThan(11_000);
    expect(complete.content.length).toBeLessThan(14_000);
  });

  it('counts, and describes its model', async () => {
    await person.ask({ content: question });
    const counts = await house.rag.countAnswers({}, Call.asService('admin'));
    expect(counts.questions).toBeGreaterThan(0);
    expect(counts.medianFirstChunkMs).toBeGreaterThan(0);
    await expect(house.rag.countAnswers({}, person.call())).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await house.rag.describeModel({}, person.call())).toMatchObject({ name: 'scripted' });
    await expect(house.rag.streamAnswer({ clientMessageId: 'a', content: 'b' }, Call.begin())[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('answers with the extractive model', () => {
  let house: House;
  beforeAll(async () => {
    house = await House.start({ LLM_URL: 'extractive:' });
    furnish(house);
  });
  afterAll(() => house.close());

  it('quotes and cites, with full support', async () => {
    const { complete } = await new Person(house).ask({ content: question });
    expect(complete.content).toContain('“Soap and water should be used when hands are visibly soiled (e.g., blood, body fluids).” [1]');
    expect(complete).toMatchObject({ verdict: 'supported', usage: { model: 'Extractive quotes' } });
  });
});

describe('answers with a model endpoint that hangs', () => {
  let house: House;
  let endpoint: Server;
  let open = 0;
  beforeAll(async () => {
    endpoint = createServer((request, response) => {
      open += 1;
      response.on('close', () => (open -= 1));
      request.resume();
    });
    await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
    house = await House.start({ LLM_URL: `http://127.0.0.1:${String((endpoint.address() as AddressInfo).port)}/v1`, LLM_MODEL: 'hangs', LLM_TIMEOUT_MS: '300' });
    furnish(house);
  });
  afterAll(async () => {
    await house.close();
    endpoint.closeAllConnections();
    endpoint.close();
  });

  it('fails with MODEL_TIMEOUT, closes the request and stores the failure', async () => {
    const person = new Person(house);
    await expect(person.ask({ content: question })).rejects.toMatchObject({ code: 'MODEL_TIMEOUT', kind: 'timeout' });
    await eventually(async () => open, (count) => count === 0);
    const { items } = await house.rag.listConversations({}, person.call());
    const messages = await house.rag.listMessages({ conversationId: items[0]?.conversationId ?? '' }, person.call());
    expect(messages.items[1]).toMatchObject({ state: 'failed', failure: { code: 'MODEL_TIMEOUT' } });
  });

  it('closes the request when the reader goes away', async () => {
    for await (const part of new Person(house).stream({ content: question })) if (part.type === 'stage' && part.stage === 'answering') break;
    await eventually(async () => open, (count) => count === 0);
  });
});

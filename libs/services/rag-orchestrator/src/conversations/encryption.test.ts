import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { House, Person } from '../fixtures/house.js';
import { RagOrchestratorModule } from '../rag-orchestrator.module.js';
import { SealStoredTexts } from './seal-stored-texts.service.js';

const canary = 'canary-ward-7-mrs-quillfeather';

describe('conversations at rest', () => {
  let house: House;
  let person: Person;

  /** Every row of every table of the service, as text. */
  const everything = async () => {
    const tables = await house.database.query<{ name: string }[]>("SELECT table_name AS name FROM information_schema.tables WHERE table_schema LIKE 'rag_orchestrator%'");
    const texts: string[] = [];
    for (const { name } of tables.filter((table) => table.name !== 'migrations')) {
      for (const row of await house.database.query<{ text: string }[]>(`SELECT t::text AS text FROM ${name} t`)) texts.push(row.text);
    }
    return texts.join('\n');
  };

  beforeAll(async () => {
    house = await House.start();
    person = new Person(house);
    house.knowledge.add(`Soap and water are used when hands are visibly soiled, says ${canary}.`, { heading: `${canary} heading`, documentTitle: `${canary} title` });
  }, 60_000);
  afterAll(() => house.close());

  it('show nothing of question, answer, title and quote, and are read by their owner as before', async () => {
    const question = `When are soap and water used for hands, asks ${canary}?`;
    house.model.script = () => [`Soap and water are used when hands are visibly soiled, says ${canary} [1].`];
    const { complete } = await person.ask({ content: question });
    const { conversationId } = await person.read(complete.messageId);
    expect(await everything()).not.toContain('canary');
    const renamed = await house.rag.renameConversation({ conversationId, title: `about ${canary}` }, person.call());
    expect(renamed.title).toBe(`about ${canary}`);
    expect(await everything()).not.toContain('canary');
    const messages = await house.rag.listMessages({ conversationId }, person.call());
    expect(messages.items[0]!.content).toBe(question);
    expect(messages.items[1]).toMatchObject({ content: complete.content, citations: complete.citations });
    expect((await house.rag.listConversations({}, person.call())).items[0]!.title).toBe(`about ${canary}`);
  });

  it('cannot be read any more once deleted, even from a copy of the rows', async () => {
    house.model.script = () => ['Soap and water are used when hands are visibly soiled [1].'];
    const { complete } = await person.ask({ content: 'When are soap and water used for hands?' });
    const { conversationId } = await person.read(complete.messageId);
    const key = () => house.database.query('SELECT 1 FROM data_key WHERE scope = $1', [`conversation/${conversationId}`]);
    expect(await key()).toHaveLength(1);
    await house.rag.deleteConversation({ conversationId }, person.call());
    expect(await key()).toHaveLength(0);
  });

  it('are not readable from one row under another', async () => {
    const [one, two] = await Promise.all(['one', 'two'].map((title) => house.rag.createConversation({ title }, person.call())));
    await house.database.query('UPDATE rag_orchestrator.conversation SET title = (SELECT title FROM rag_orchestrator.conversation WHERE conversation_id = $1) WHERE conversation_id = $2', [one!.conversationId, two!.conversationId]);
    await expect(house.rag.readConversation({ conversationId: two!.conversationId }, person.call())).rejects.toMatchObject({ code: 'INTERNAL' });
    await house.rag.deleteConversation({ conversationId: two!.conversationId }, person.call());
  });

  it('that were stored before encryption are read as they are and sealed in the background', async () => {
    const [conversationId, messageId] = [randomUUID(), randomUUID()];
    await house.database.query("INSERT INTO rag_orchestrator.conversation VALUES ($1, $2, $3, now(), now())", [conversationId, person.userId, `old ${canary}`]);
    await house.database.query(
      "INSERT INTO rag_orchestrator.message (message_id, conversation_id, user_id, role, client_message_id, content, state, created_at) VALUES ($1, $2, $3, 'assistant', 'old', $4, 'complete', now())",
      [messageId, conversationId, person.userId, `old answer ${canary}`],
    );
    await house.database.query(
      "INSERT INTO rag_orchestrator.citation VALUES ($1, 1, $1, $1, $1, $2, 1, 1, null, $2, 0, 1, 0.5)", [messageId, `old quote ${canary}`],
    );
    const read = async () => ({ title: (await house.rag.readConversation({ conversationId }, person.call())).title, message: await person.read(messageId) });
    const expected = { title: `old ${canary}`, message: { content: `old answer ${canary}`, citations: [{ quote: `old quote ${canary}` }] } };
    expect(await read()).toMatchObject(expected);
    expect(await house.process.get(RagOrchestratorModule, SealStoredTexts).sealAll()).toBe(1);
    expect(await read()).toMatchObject(expected);
    expect(await everything()).not.toContain('canary');
    expect(await house.process.get(RagOrchestratorModule, SealStoredTexts).sealAll()).toBe(0);
  });
});

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { admin, auth, kb, rag } from '@voiceassist/contracts';
import { Conversation } from './house/conversation.js';
import { fileOf } from './house/documents.js';
import { Person } from './house/person.js';
import { administrator, mode, Product } from './house/product.js';

/** Words that nobody else would write, each put into the product by another way. */
const canaries = {
  document: 'canaryplumbago', question: 'canarytortoise', second: 'canaryhalibut', title: 'canaryjunco',
  reason: 'canaryostrich', patient: 'canarymallow', note: 'canarydormouse',
};

interface StoredFile {
  readonly path: string;
  readonly bytes: Buffer;
}

/** Every file below the data folder, as it lies there. */
function filesOf(folder: string): StoredFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path: relative(folder, path), bytes: readFileSync(path) }));
}

const holding = (files: readonly StoredFile[], word: string) =>
  files.filter(({ bytes }) => bytes.includes(word) || bytes.includes(Buffer.from(word, 'utf16le'))).map(({ path }) => path);

/** Opens a locked collection in an emergency and reviews it; answers the nurse who did. */
async function breakGlass(boss: Person): Promise<Person> {
  const nurse = await boss.colleague('nurse', 'nadia');
  const officer = await boss.colleague('privacy_officer', 'otto');
  const { collectionId } = await boss.client.request(kb.createCollection, { name: 'Locked', grants: { roles: [], userIds: [] } });
  const { emergency } = await nurse.client.request(auth.openEmergency, { collectionId, reason: `in an emergency, says ${canaries.reason}`, patient: canaries.patient });
  await officer.client.request(auth.revokeEmergency, { emergencyId: emergency.emergencyId });
  await officer.client.request(auth.reviewEmergency, { emergencyId: emergency.emergencyId, verdict: 'justified', note: `as it should be, says ${canaries.note}` });
  return nurse;
}

describe(`what lies on the disk, ${mode}`, () => {
  let product: Product;
  let files: StoredFile[];
  /** Of people: what they enter with. */
  let secrets: Readonly<Record<string, string>>;

  beforeAll(async () => {
    product = await Product.start();
    const boss = await Person.signIn(product);
    const text = `Infusion of zephyrol. The solution is protected from light and used within 6 hours, says ${canaries.document}.\n`.repeat(20);
    const document = await boss.upload(fileOf('zephyrol.txt', text, 'text/plain'), { title: 'Zephyrol' });
    expect((await boss.ingested(document.documentId)).stage).toBe('ready');
    const conversation = await Conversation.open(boss);
    const answer = await conversation.answerTo(`Within how many hours is the zephyrol solution used, asks ${canaries.question}?`);
    expect(answer.verdict).not.toBe('abstained');
    const { items } = await boss.client.request(rag.listConversations, {});
    await boss.client.request(rag.renameConversation, { conversationId: items[0]!.conversationId, title: canaries.title });
    await conversation.answerTo(`And what about light, asks ${canaries.second}?`, { conversationId: items[0]!.conversationId });
    conversation.close();
    const read = await boss.client.request(rag.listMessages, { conversationId: items[0]!.conversationId });
    expect(read.items.map(({ content }) => content).join(' ')).toContain(canaries.question);
    const bytes = await boss.client.download(kb.downloadDocument, { documentId: document.documentId });
    expect(Buffer.from(bytes).includes(canaries.document)).toBe(true);
    const nurse = await breakGlass(boss);
    const { key } = await boss.client.request(auth.createApiKey, { name: 'at rest', permissions: ['passages.search'] });
    secrets = { password: administrator.password, 'refresh token': nurse.tokens.refreshToken, 'API key': key, 'secret of an authenticator app': nurse.factorSecret };
    while ((await boss.client.request(admin.searchAudit, { action: 'auth.open-emergency', outcome: 'ok' })).items.length === 0) await sleep(200);
    await product.stop();
    files = filesOf(product.dataFolder);
  }, 180_000);
  afterAll(() => product?.discard());

  it('holds files, a database and keys that only their owner can read', () => {
    expect(files.some(({ path }) => path.startsWith('blobs/'))).toBe(true);
    expect(files.length).toBeGreaterThan(20);
    const keys = files.filter(({ path }) => /^keys\/.*(\.keys|\.nkey|\.key)$/.test(path));
    expect(keys.length).toBeGreaterThan(0);
    for (const { path } of keys) expect({ path, mode: statSync(join(product.dataFolder, path)).mode & 0o777 }).toEqual({ path, mode: 0o600 });
  });

  it.each(['question', 'second', 'title', 'reason', 'patient', 'note'] as const)('shows nothing of the %s anywhere', (which) => {
    expect(holding(files, canaries[which])).toEqual([]);
  });

  it('shows nothing of a document in the stored files; its passages are plain in the database, as the search needs them', () => {
    expect(holding(files.filter(({ path }) => path.startsWith('blobs/')), canaries.document)).toEqual([]);
    expect(holding(files, canaries.document).filter((path) => !/^(sql|postgres|vectors)\//.test(path))).toEqual([]);
  });

  it('shows nothing that somebody could enter with', () => {
    for (const [name, secret] of Object.entries(secrets)) expect({ name, files: holding(files, secret) }).toEqual({ name, files: [] });
  });
});

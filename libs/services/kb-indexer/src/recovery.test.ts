import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { kb } from '@voiceassist/contracts';
import { Jobs } from '@voiceassist/messaging';
import { DataSource } from 'typeorm';
import { pdfFile, prosePage } from './fixtures/pdf-file.js';
import { Reindexer } from './search/reindexer.js';
import { EncoderDouble } from './testing/encoder-double.js';
import { KnowledgeBase, until } from './testing/knowledge-base.js';

// Several first starts of an embedded database, each of several seconds of computing.
jest.setTimeout(180_000);
const text = (content: string) => new TextEncoder().encode(content);
const signal = new AbortController().signal;
let encoder: EncoderDouble;
let folder: string;
beforeAll(async () => {
  encoder = await EncoderDouble.start();
  folder = await mkdtemp(join(tmpdir(), 'kb-recovery-'));
});
afterAll(async () => {
  await encoder?.stop();
  await rm(folder, { recursive: true, force: true });
});

const readiness = async (knowledge: KnowledgeBase) => {
  const report = (await (await fetch(`${knowledge.url}/ready`)).json()) as { data: { status: string; dependencies: { name: string; status: string }[] } };
  const state = (name: string) => report.data.dependencies.find((dependency) => dependency.name.endsWith(name))?.status;
  return { status: report.data.status, index: state('knowledge-index'), encoder: state('query-encoder') };
};

describe('on one data folder', () => {
  it('goes on after its process ended in the middle, without losing or repeating anything', async () => {
    let knowledge = await KnowledgeBase.start({ folder, ...encoder.settings() });
    encoder.behaviour = 'hangs';
    const pages = Array.from({ length: 20 }, (_, index) => prosePage(`organ${index}`, 30));
    const document = await knowledge.upload({ bytes: pdfFile(pages), fileName: 'organs.pdf' });
    for await (const { stage } of knowledge.client.watchDocument(document, knowledge.admin)) if (stage === 'embedding') break;
    await knowledge.close();

    encoder.behaviour = 'answers';
    knowledge = await KnowledgeBase.start({ folder, ...encoder.settings() });
    expect(await knowledge.client.readDocument(document, knowledge.admin)).toMatchObject({ report: { pages: 20 } });
    const ended = await knowledge.ended(document);
    expect(ended).toMatchObject({ stage: 'ready', failure: null });
    const counted = await knowledge.client.countKnowledge({}, knowledge.as({ type: 'service', service: 'admin' }));
    expect(counted).toMatchObject({ passages: ended.report?.passages, byStage: { ready: 1 } });
    expect(encoder.encoded).toBe(ended.report?.passages);
    const { passages } = await knowledge.client.searchPassages({ query: 'organ7' }, knowledge.admin);
    expect(passages[0]).toMatchObject({ page: 8, denseScore: expect.any(Number) as unknown });
    await knowledge.close();
  });

  it('refuses to search an index of another encoder, says so in its readiness, and is well after the re-index', async () => {
    const knowledge = await KnowledgeBase.start({ folder, ...encoder.settings('another') });
    expect(await readiness(knowledge)).toMatchObject({ status: 'not-ready', index: 'down' });
    await expect(knowledge.found('organ7')).rejects.toMatchObject({ code: 'INDEX_NOT_READY', message: expect.stringContaining('reindex') as unknown });
    const before = encoder.encoded;
    const done = await knowledge.get(Reindexer).reindex(signal);
    expect(done).toEqual({ documents: 1, documentsFound: 1, passages: encoder.encoded - before });
    expect((await knowledge.found('organ7')).length).toBeGreaterThan(0);
    await until(async () => (await readiness(knowledge)).status === 'ready');
    await knowledge.close();
  });

  it('searches words alone when the encoder is silent, and does not hide it', async () => {
    const knowledge = await KnowledgeBase.start({ folder, ...encoder.settings('another'), QUERY_ENCODING_TIMEOUT_MS: '100', LOG_LEVEL: 'silent' });
    encoder.behaviour = 'hangs';
    const { passages } = await knowledge.client.searchPassages({ query: 'organ7' }, knowledge.admin);
    expect(passages[0]).toMatchObject({ page: 8, denseScore: null });
    await until(async () => (await readiness(knowledge)).encoder === 'down');
    encoder.behaviour = 'answers';
    expect((await knowledge.client.searchPassages({ query: 'organ7' }, knowledge.admin)).passages[0]?.denseScore).not.toBeNull();
    await until(async () => (await readiness(knowledge)).encoder === 'ok');
    await knowledge.close();
  });

  it('fails with a reason when the encoder never answers, and succeeds when tried again', async () => {
    const knowledge = await KnowledgeBase.start({ folder, ...encoder.settings('another'), LOG_LEVEL: 'silent' });
    encoder.behaviour = 'fails';
    const document = await knowledge.add({ bytes: text('A note about the pancreas.'), fileName: 'pancreas.txt' });
    expect(document).toMatchObject({ stage: 'failed', failure: { code: 'EMBEDDER_UNAVAILABLE' } });
    expect(await knowledge.found('pancreas')).not.toContain(document.documentId);
    encoder.behaviour = 'answers';
    await knowledge.client.retryDocument(document, knowledge.admin);
    expect((await knowledge.ended(document)).stage).toBe('ready');
    expect((await knowledge.found('pancreas'))[0]).toBe(document.documentId);
    await knowledge.close();
  });
});

describe('housekeeping', () => {
  let knowledge: KnowledgeBase;
  beforeAll(async () => {
    knowledge = await KnowledgeBase.start({ ORPHANED_BLOB_AGE_MS: '1000' });
  });
  afterAll(() => knowledge?.close());

  /** As if the document had been in work when something happened to its job. */
  const afterAccident = async (accident: string) => {
    const document = await knowledge.add({ bytes: text(`An accident: ${accident}`), fileName: 'accident.txt' });
    const database = knowledge.get(DataSource);
    await database.query(accident, [document.documentId]);
    await database.query(`UPDATE document SET stage = 'embedding', updated_at = now() - interval '1 hour' WHERE id = $1`, [document.documentId]);
    return knowledge.ended(document);
  };

  it('ends a document as failed with a reason when its worker died on the last attempt, without another one, and lets it be tried again', async () => {
    const document = await afterAccident(`UPDATE job SET state = 'running', worker = 'dead', lease_token = gen_random_uuid(), attempt = max_attempts, finished_at = NULL, lease_until = now() - interval '1 minute' WHERE key = $1`);
    expect(document).toMatchObject({ stage: 'failed', failure: { code: 'INGESTION_INTERRUPTED', message: expect.stringMatching(/\.$/) as unknown } });
    const job = await knowledge.get(Jobs).state(knowledge.get(DataSource).manager, kb.ingestDocument, document.documentId);
    expect(job).toMatchObject({ state: 'failed', attempt: job?.maxAttempts, reason: expect.stringContaining('LEASE_LOST') as unknown });
    const steps = await knowledge.get(DataSource).query<{ attempt: number }[]>('SELECT DISTINCT attempt FROM ingestion_step WHERE document_id = $1', [document.documentId]);
    expect(steps).toEqual([{ attempt: 1 }]);
    await knowledge.client.retryDocument(document, knowledge.admin);
    expect(await knowledge.ended(document)).toMatchObject({ stage: 'ready', failure: null });
  });

  it('has a document read after all when its job got lost', async () => {
    expect((await afterAccident('DELETE FROM job WHERE key = $1')).stage).toBe('ready');
  });

  it('removes stored files that belong to no document, and leaves the others', async () => {
    const document = await knowledge.add({ bytes: text('This file is needed.'), fileName: 'needed.txt' });
    const orphan = await knowledge.store(text('Nobody asks for this file.'), 'orphan.txt');
    const foreign = await knowledge.blobs.put([text('Of another service.')] as never, { maxBytes: 100, prefix: 'recordings' });
    await until(async () => (await knowledge.blobs.stat(orphan.blobKey)) === null);
    const { blobKey } = await knowledge.client.downloadDocument(document, knowledge.admin);
    expect(await knowledge.blobs.stat(blobKey)).not.toBeNull();
    expect(await knowledge.blobs.stat(foreign.key)).not.toBeNull();
  });
});

describe('samples', () => {
  it('are loaded once, marked as such, and stay removed', async () => {
    const samples = await mkdtemp(join(tmpdir(), 'kb-samples-'));
    const data = await mkdtemp(join(tmpdir(), 'kb-samples-data-'));
    await writeFile(join(samples, 'falls.md'), '# Falls\n\nUse low beds to prevent falls.');
    await writeFile(join(samples, 'vaccines.txt'), 'Keep vaccines between two and eight degrees.');
    await writeFile(join(samples, 'picture.svg'), '<svg/>');
    let knowledge = await KnowledgeBase.start({ folder: data, SAMPLES_DIR: samples });
    const { items } = await knowledge.client.listCollections({}, knowledge.admin);
    expect(items.map(({ name, sample, documentCount }) => [name, sample, documentCount])).toEqual([['General', false, 0], [expect.stringContaining('not for clinical use'), true, 2]]);
    const documents = (await knowledge.client.listDocuments({}, knowledge.admin)).items;
    for (const document of documents) expect((await knowledge.ended(document)).stage).toBe('ready');
    expect((await knowledge.found('vaccines degrees')).length).toBe(1);
    await knowledge.client.deleteDocument(documents[0]!, knowledge.admin);
    await knowledge.close();

    knowledge = await KnowledgeBase.start({ folder: data, SAMPLES_DIR: samples });
    expect((await knowledge.client.listDocuments({}, knowledge.admin)).items.map(({ documentId }) => documentId)).toEqual([documents[1]!.documentId]);
    await knowledge.close();
    await Promise.all([samples, data].map((place) => rm(place, { recursive: true, force: true })));
  });
});

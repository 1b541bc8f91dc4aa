import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startQdrantDouble, type QdrantDouble } from './qdrant-double/qdrant-double.js';
import { QdrantVectorIndex } from './qdrant.vector-index.js';

describe('qdrant: what only this adapter has to cope with', () => {
  let double: QdrantDouble;
  beforeAll(async () => {
    double = await startQdrantDouble({ apiKey: 'secret' });
  });
  afterAll(async () => {
    expect(double.faults).toEqual([]);
    await double.close();
  });

  const open = (apiKey = 'secret') => QdrantVectorIndex.open({ url: double.url, apiKey, timeoutMs: 2_000, pace: { attempts: 4, firstPauseMs: 1 } });
  const definition = { name: 'resilient', embedderId: null, dimension: null };
  const passage = { passageId: 'p', documentId: 'd', collectionId: 'c', title: '', text: 'fever', vector: null };

  it('tries again what may pass, and gives up with a code of its own', async () => {
    const index = await open().openIndex(definition);
    double.failNext(503, 0, 429);
    await index.upsert([passage]);
    double.failNext(500, 0, 502);
    expect(await index.search({ query: 'fever', queryVector: null, collectionIds: ['c'], limit: 5 })).toHaveLength(1);
    double.failNext(503, 503, 503, 503);
    await expect(index.count()).rejects.toMatchObject({ code: 'INDEX_UNAVAILABLE' });
    const before = double.requests.length;
    double.failNext(403);
    await expect(index.count()).rejects.toMatchObject({ code: 'INDEX_UNAVAILABLE' });
    expect(double.requests.length - before).toBe(0);
  });

  it('is refused without the key, and says so in its check', async () => {
    await expect(open('wrong').openIndex(definition)).rejects.toMatchObject({ code: 'INDEX_UNAVAILABLE' });
    await expect(open('wrong').check(AbortSignal.timeout(1_000))).rejects.toThrow();
    await open().check(AbortSignal.timeout(1_000));
  });

  it('takes up a switch that was cut short after the alias had moved', async () => {
    const index = await open().openIndex({ ...definition, name: 'cut-short' });
    await index.upsert([passage]);
    const next = await index.beginVersion({ embedderId: null, dimension: null });
    await next.upsert([{ ...passage, text: 'cough' }]);
    const moved = await fetch(`${double.url}/collections/aliases`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'api-key': 'secret' },
      body: JSON.stringify({ actions: [{ create_alias: { alias_name: 'va-cut-short', collection_name: `va-cut-short-v${next.version}` } }] }),
    });
    expect(moved.status).toBe(200);
    expect(await index.findFilling()).toBeNull();
    await index.deleteDocument('d');
    expect(await index.count()).toBe(0);
    await (await index.beginVersion({ embedderId: null, dimension: null })).activate();
    expect(await index.versions()).toHaveLength(1);
  });

  it('measures the average length anew for every version', async () => {
    const index = await open().openIndex({ ...definition, name: 'average' });
    await index.upsert([{ ...passage, text: 'one two three four five six seven eight nine ten' }]);
    const [first] = await index.versions();
    await index.upsert([{ ...passage, passageId: 'q', text: 'fever cough' }]);
    expect(await index.versions()).toMatchObject([{ averageLength: first?.averageLength, averageLengthIsExact: false }]);
    await (await index.beginVersion({ embedderId: null, dimension: null })).activate();
    expect((await index.versions())[0]?.averageLength).toBe(((first?.averageLength ?? 0) + 2) / 2);
  });
});

describe('the double', () => {
  it('refuses what Qdrant does not declare', async () => {
    const double = await startQdrantDouble();
    const send = async (method: string, path: string, body?: unknown) =>
      (await fetch(`${double.url}${path}`, { method, headers: { 'content-type': 'application/json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })).status;
    expect(await send('PUT', '/collections/x', { vectors: { meaning: { size: 3, distance: 'Cosine' } }, sparse_vectors: { words: { modifier: 'idf' } } })).toBe(200);
    const wrong: [string, string, unknown?][] = [
      ['POST', '/collections/x/points/search', { vector: [1] }],
      ['PUT', '/collections/y', { vectors: { meaning: { size: 3, distance: 'Nearest' } } }],
      ['PUT', '/collections/y', { vectors: { meaning: { size: 3.5, distance: 'Cosine' } } }],
      ['PUT', '/collections/y', { vector: {} }],
      ['PUT', '/collections/x/points', { points: [{ id: 'a', vector: {}, payload: {}, extra: 1 }] }],
      ['PUT', '/collections/x/points?patience=1', { points: [] }],
      ['POST', '/collections/x/points/query/batch', { searches: [{ query: [1, 2, 3], using: 'meaning', limit: -1 }] }],
      ['POST', '/collections/x/points/query/batch', { searches: [{ query: [1, 2, 3], using: 'meaning', filter: { must: [{ key: 'a', match: { anyOf: ['b'] } }] } }] }],
      ['POST', '/collections/x/points/delete', {}],
    ];
    for (const [method, path, body] of wrong) expect([path, body, await send(method, path, body)]).toEqual([path, body, expect.any(Number)]);
    expect(double.faults).toHaveLength(wrong.length);
    for (const vector of [{ meaning: [1, 2] }, { words: { indices: [1, 1], values: [1, 2] } }, { other: [1] }]) {
      expect(await send('PUT', '/collections/x/points', { points: [{ id: 1, vector }] })).toBe(400);
    }
    await double.close();
  });
});

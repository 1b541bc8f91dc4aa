import { expect, it } from '@jest/globals';
import type { Embedder } from './embedder.js';

const never = new AbortController().signal;
export const cosine = (one: readonly number[], other: readonly number[]) => one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);

/** What every encoder that is enabled promises. */
export function embedderConformance(open: () => Embedder): void {
  it('gives one vector of unit length for each text, in order', async () => {
    const embedder = open();
    const texts = ['wash hands with soap', 'chronic kidney disease', 'wash hands with soap'];
    const vectors = await embedder.embed(texts, never);
    expect(vectors.map((vector) => vector.length)).toEqual(texts.map(() => embedder.dimension));
    for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 4);
    expect(cosine(vectors[0] ?? [], vectors[2] ?? [])).toBeCloseTo(1, 3);
  });

  it('gives the same vector alone as in company, and survives blank, long and foreign texts', async () => {
    const [alone] = await open().embed(['hand hygiene'], never);
    const company = await open().embed(['', '   ', 'word '.repeat(3000), 'طب 医学 🫀', 'hand hygiene'], never);
    expect(company).toHaveLength(5);
    expect(cosine(alone ?? [], company[4] ?? [])).toBeCloseTo(1, 3);
  });

  it('finds like meaning nearer than unlike', async () => {
    const [asked, near, far] = await open().embed(['wash your hands with soap', 'hands are washed using soap and water', 'fiscal policy of the central bank'], never);
    expect(cosine(asked ?? [], near ?? [])).toBeGreaterThan(cosine(asked ?? [], far ?? []) + 0.1);
  });

  it('gives nothing for nothing', async () => {
    expect(await open().embed([], never)).toEqual([]);
  });

  it('rejects an aborted call', async () => {
    await expect(open().embed(['soap'], AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
  });

  it('is ready', async () => {
    await open().check(AbortSignal.timeout(20_000));
  });
}

import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { readSamplesSet } from './samples-set.js';

it('the set of the repository asks about every section of the sample documents', async () => {
  const { documents, queries } = await readSamplesSet(fileURLToPath(new URL('../../../../apps/standalone/samples-src/', import.meta.url)));
  const answered = new Set(queries.flatMap(({ judgements }) => [...judgements.keys()]));
  expect(documents.length).toBeGreaterThan(20);
  expect(documents.map(({ _id }) => _id).filter((id) => !answered.has(id))).toEqual([]);
  expect(documents.filter(({ text }) => text.length < 50)).toEqual([]);
});

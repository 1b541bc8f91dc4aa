import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { claimsIn, readClaims } from './claims.js';
import { withFlows } from './render-flows.js';
import { countsOf, renderAsvsTable } from './render-table.js';
import { requirements } from './requirements.js';

const root = new URL('../../../../', import.meta.url);

describe('the table of requirements', () => {
  it('is written anew: run `node tools/dist/verify/asvs/main.js`', async () => {
    expect(await readFile(new URL('docs/security/asvs.md', root), 'utf8')).toBe(renderAsvsTable(requirements, await readClaims()));
  });

  it('has the flows of today in the threat model, and every file that it names', async () => {
    const model = await readFile(new URL('docs/security/threat-model.md', root), 'utf8');
    expect(model).toBe(withFlows(model));
    const named = [...model.matchAll(/`((?:apps|libs|tools|docs|infra)\/[\w./-]+\.\w+)`/g)].map(([, file = '']) => file);
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((file) => !existsSync(new URL(file, root)))).toEqual([]);
  });

  it('knows all 70 requirements of level 1 and all 183 of level 2, each once', () => {
    expect([1, 2].map((level) => requirements.filter((each) => each.level === level).length)).toEqual([70, 183]);
    expect(new Set(requirements.map(({ id }) => id)).size).toBe(requirements.length);
  });

  it('has a test or a reason for each, never both, and no test for what is no requirement', async () => {
    const claims = await readClaims();
    const claimed = new Set(claims.map(({ id }) => id));
    expect(requirements.filter(({ id, standing }) => (standing.kind === 'claimed') !== claimed.has(id)).map(({ id }) => id)).toEqual([]);
    expect([...claimed].filter((id) => !requirements.some((each) => each.id === id))).toEqual([]);
    const { all, attacked, open, elsewhere, notApplicable, notCovered } = countsOf(requirements, claims);
    expect(attacked + open + elsewhere + notApplicable + notCovered).toBe(all);
  });

  it('points only at tests that exist', () => {
    const files = requirements.flatMap(({ standing }) => (standing.kind === 'elsewhere' ? standing.files : []));
    expect(files.filter((file) => !existsSync(new URL(file, root)) || !/\.(?:test|e2e)\.ts$/.test(file))).toEqual([]);
  });
});

it('a claim is read with all its ids, and a skipped test claims nothing', () => {
  const test = ['it', '("v5.0.0-1.2.3 v5.0.0-4.5.6 is so", async () => {})\n', 'it', ".failing('v5.0.0-7.8.9 is not so', () => {})\n", 'it', ".skip('v5.0.0-1.1.1 is unknown', () => {})"].join('');
  expect(claimsIn('a.ts', test).map(({ id, title, expects }) => [id, title, expects])).toEqual([['1.2.3', 'is so', 'passes'], ['4.5.6', 'is so', 'passes'], ['7.8.9', 'is not so', 'fails']]);
});

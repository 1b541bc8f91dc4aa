import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { asHolder, fresh, signInAdministrator, startHouse, stranger, type House } from '../testing/house.js';
import { BreachedPasswords } from './breached-passwords.js';
import { PasswordConfig } from './password.config.js';

jest.setTimeout(120_000); // a database is started, on whatever machine

const hashOf = (text: string) => createHash('sha1').update(text.normalize('NFKC')).digest('hex').toUpperCase();
let folder: string;
let files = 0;

async function fileOf(lines: readonly string[], { lineEnd = '\n', last = true } = {}): Promise<string> {
  files += 1;
  const path = join(folder, `breached-${files}.txt`);
  await writeFile(path, [...lines].sort().join(lineEnd) + (last ? lineEnd : ''));
  return path;
}

async function listOf(path: string): Promise<BreachedPasswords> {
  const list = new BreachedPasswords(new PasswordConfig({ AUTH_BREACHED_PASSWORDS_FILE: path }));
  await list.onModuleInit();
  return list;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'voiceassist-passwords-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the list of breached passwords', () => {
  it('finds every password on it and no other, with counts or without, whole hashes or prefixes, whatever ends its lines', async () => {
    await fc.assert(fc.asyncProperty(
      fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }), { minLength: 2, maxLength: 60 }), fc.record({ prefix: fc.integer({ min: 20, max: 40 }), windows: fc.boolean(), last: fc.boolean() }),
      async (texts, { prefix, windows, last }) => {
        const words = [...new Map(texts.map((text) => [hashOf(text), text])).entries()];
        const listed = words.filter((_, index) => index % 2 === 0);
        const lines = listed.map(([hash], index) => hash.slice(0, prefix) + (index % 3 === 0 ? `:${index * 1_000}` : ''));
        const list = await listOf(await fileOf(lines, { lineEnd: windows ? '\r\n' : '\n', last }));
        for (const [hash, word] of words) expect([word, await list.has(word)]).toEqual([word, listed.some(([each]) => each === hash)]);
        await list.onApplicationShutdown();
      },
    ), { numRuns: 40 });
  });

  it('knows nothing without a file, and stops the start with a file that is something else', async () => {
    await expect(new BreachedPasswords(new PasswordConfig({})).has('password')).resolves.toBe(false);
    const bad = [await fileOf(['password', 'letmein']), await fileOf([]), join(folder, 'nowhere.txt')];
    const unsorted = join(folder, 'unsorted.txt');
    await writeFile(unsorted, `${'F'.repeat(40)}\n${'0'.repeat(40)}\n`);
    for (const path of [...bad, unsorted]) await expect(listOf(path)).rejects.toThrow(/AUTH_BREACHED_PASSWORDS_FILE/);
  });
});

describe('passwords', () => {
  let house: House;
  const leaked = 'nineteen yellow umbrellas';

  beforeAll(async () => {
    const lines = ['another leaked one', leaked, 'and a third'].map((text) => `${hashOf(text)}:3`);
    house = await startHouse({ AUTH_BREACHED_PASSWORDS_FILE: await fileOf(lines), ORGANISATION_NAME: 'Saint Barnabas Infirmary' });
  });
  afterAll(() => house?.close());

  const check = (password: string, more: object = {}) => house.auth.checkPassword({ password, ...more }, stranger());

  it('are judged while they are typed, with reason, advice and strength', async () => {
    await expect(check('short')).resolves.toMatchObject({ acceptable: false, reason: 'too_short', shortest: 15, advice: expect.stringContaining('15 characters') });
    await expect(check('seven lamps', { factorEnforced: true })).resolves.toMatchObject({ acceptable: true, reason: null, advice: null, shortest: 8 });
    await expect(check(leaked)).resolves.toMatchObject({ acceptable: false, reason: 'breached' });
    await expect(check('jane.whitfield1234', { email: 'jane.whitfield@h.example' })).resolves.toMatchObject({ reason: 'personal' });
    await expect(check('barnabas-infirmary')).resolves.toMatchObject({ reason: 'personal' });
    await expect(check('password1234567')).resolves.toMatchObject({ reason: 'common', score: 1, suggestions: expect.arrayContaining([expect.any(String)]) });
    await expect(check('correct horse battery staple')).resolves.toMatchObject({ acceptable: true, score: 4 });
    await expect(check('我喜欢在春天的早晨喝一杯热茶看书')).resolves.toMatchObject({ acceptable: true });
    await expect(check('password1!P@ssw0rd'.repeat(50))).resolves.toMatchObject({ acceptable: true });
  });

  it('that leaked are refused where one is chosen, and leave no trace of themselves', async () => {
    const administrator = fresh(await asHolder(house, (await signInAdministrator(house)).accessToken));
    const account = { email: 'new@h.example', displayName: 'New', roles: ['viewer' as const], password: leaked };
    await expect(house.auth.createAccount(account, administrator)).rejects.toMatchObject({ code: 'PASSWORD_REFUSED', details: { reason: 'breached' } });
    const rows = await house.sql.query<unknown[]>('SELECT * FROM auth.outbox');
    expect(JSON.stringify(rows)).not.toMatch(/umbrella|horse battery|whitfield/);
  });
});

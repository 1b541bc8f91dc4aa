import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { createDataSource } from '../sql/data-source.js';
import { SqlConnection } from '../sql/sql-connection.js';
import { sqlPart } from '../sql/sql-part.js';
import { PartHost } from '../testing/open-part.js';
import { DataKeyRow } from './data-key.entity.js';
import { FieldCipher, isSealedText } from './field-cipher.js';
import { encryptionMigrations } from './field-cipher-part.js';
import { masterKey } from './master-keys.conformance.js';
import { openMasterKeys } from './open-master-keys.js';

class CreateDiary1764400000001 implements MigrationInterface {
  readonly name = 'CreateDiary1764400000001';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE diary (id text PRIMARY KEY, scope text NOT NULL, words text NOT NULL)');
  }
  async down(): Promise<void> {}
}

describe('encrypted columns', () => {
  const host = new PartHost();
  const [older, newer] = [masterKey('older'), masterKey('newer')];
  let folder: string;
  let keyFile: string;
  let sql: DataSource;
  let cipher: FieldCipher;
  const others: DataSource[] = [];
  const keysFrom = (file: string) => openMasterKeys({ ENCRYPTION_KEYS_URL: `file:${file}`, ENCRYPTION_KEYS: undefined });
  const write = async (text: string, scope: string, by = cipher) => {
    const id = randomUUID();
    await sql.query('INSERT INTO diary VALUES ($1, $2, $3)', [id, scope, (await by.toWrite(scope)).seal(text, `diary.words/${id}`)]);
    return id;
  };
  const read = async (id: string, by = cipher) => {
    const [row] = await sql.query<{ scope: string; words: string }[]>('SELECT scope, words FROM diary WHERE id = $1', [id]);
    return (await by.toRead(row!.scope)).open(row!.words, `diary.words/${id}`);
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'voiceassist-fields-'));
    keyFile = join(folder, 'encryption.keys');
    await writeFile(keyFile, older);
    const part = await host.open(sqlPart({ schema: 'users', entities: [DataKeyRow], migrations: [...encryptionMigrations, CreateDiary1764400000001] }), { DATABASE_URL: 'pglite:memory' });
    sql = part.get(DataSource);
    cipher = new FieldCipher(await keysFrom(keyFile), sql);
    const replica = createDataSource({ connection: part.get(SqlConnection), entities: [DataKeyRow], migrations: [], poolSize: 4, applicationName: 'replica', onIdleError: () => undefined });
    others.push(await replica.initialize());
  }, 60_000);
  afterAll(async () => {
    for (const other of others) await other.destroy();
    await host.close();
    await rm(folder, { recursive: true });
  });

  it('give back what was written, whatever it is, and show nothing of it', async () => {
    const scope = await cipher.toWrite('conversation/1');
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const sealed = scope.seal(text, 'place');
      expect(isSealedText(sealed)).toBe(text !== '');
      if (text.length > 3) expect(sealed).not.toContain(text);
      expect(scope.open(sealed, 'place')).toBe(text);
    }));
    const id = await write('does warfarin interact with garlic?', 'conversation/1');
    const [row] = await sql.query<{ words: string }[]>('SELECT words FROM diary WHERE id = $1', [id]);
    expect(row!.words).not.toContain('warfarin');
    expect(await read(id)).toBe('does warfarin interact with garlic?');
  });

  it('open only where they were put', async () => {
    const [one, two] = [await cipher.toWrite('conversation/1'), await cipher.toWrite('conversation/2')];
    const sealed = one.seal('mine', 'diary.words/a');
    expect(() => one.open(sealed, 'diary.words/b')).toThrow();
    expect(() => two.open(sealed, 'diary.words/a')).toThrow();
    expect(() => one.open(`${sealed.slice(0, -2)}${sealed.at(-2) === 'A' ? 'B' : 'A'}${sealed.slice(-1)}`, 'diary.words/a')).toThrow();
  });

  it('leave what was stored before encryption readable', async () => {
    expect((await cipher.toRead('conversation/never')).open('an old question', 'place')).toBe('an old question');
  });

  it('agree on one key of a scope, however many replicas make it at once, and on none that was rolled back', async () => {
    const replica = new FieldCipher(await keysFrom(keyFile), others[0]!);
    const ciphers = await Promise.all(Array.from({ length: 10 }, (_, index) => (index % 2 ? replica : cipher).toWrite('conversation/raced')));
    const sealed = ciphers.map((each) => each.seal('same', 'place'));
    for (const each of ciphers) for (const text of sealed) expect(each.open(text, 'place')).toBe('same');
    const undone = sql.transaction(async (manager) => {
      await cipher.toWrite('conversation/undone', manager);
      throw new Error('changed my mind');
    });
    await expect(undone).rejects.toThrow('changed my mind');
    const text = (await cipher.toWrite('conversation/undone')).seal('after all', 'place');
    expect((await replica.toRead('conversation/undone')).open(text, 'place')).toBe('after all');
  });

  it('are unreadable for good once the key of their scope is destroyed, and those of others are not', async () => {
    const [gone, kept] = [await write('erase me', 'conversation/gone'), await write('keep me', 'conversation/kept')];
    await cipher.destroy('conversation/gone');
    await expect(read(gone)).rejects.toThrow('has been destroyed');
    const again = await cipher.toWrite('conversation/gone');
    await expect(read(gone)).rejects.toThrow();
    expect(again.open(again.seal('new', 'place'), 'place')).toBe('new');
    expect(await read(kept)).toBe('keep me');
  });

  it('are rotated under load: nobody waits, nothing is lost, and the old master key can then go', async () => {
    const ids = new Map<string, string>();
    let rotating = true;
    const replica = new FieldCipher(await keysFrom(keyFile), sql);
    const load = Array.from({ length: 6 }, async (_, worker) => {
      for (let turn = 0; rotating || turn < 20; turn += 1) {
        const text = `worker ${worker} turn ${turn}`;
        ids.set(await write(text, `load/${worker}/${turn % 5}`, turn % 2 ? cipher : replica), text);
        const [id, wanted] = [...ids][(turn * 7) % ids.size]!;
        expect(await read(id, turn % 3 ? cipher : replica)).toBe(wanted);
      }
    });
    await writeFile(keyFile, `${newer}\n${older}\n`);
    const rotatedBy = new FieldCipher(await keysFrom(keyFile), sql);
    await rotatedBy.rewrap(7);
    await new Promise((resolve) => setTimeout(resolve, 2_500)); // until both replicas have read the file again
    rotating = false;
    await Promise.all(load);
    await rotatedBy.rewrap(7);
    expect(await sql.query('SELECT DISTINCT master_key_id AS id FROM data_key')).toEqual([{ id: 'newer' }]);
    await writeFile(join(folder, 'only-newer'), newer);
    const onlyNewer = new FieldCipher(await keysFrom(join(folder, 'only-newer')), sql);
    for (const [id, text] of ids) expect(await read(id, onlyNewer)).toBe(text);
  }, 60_000);
});

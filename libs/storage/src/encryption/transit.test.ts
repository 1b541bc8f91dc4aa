import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readSettings } from '@voiceassist/kit';
import { DataSource } from 'typeorm';
import { sqlPart } from '../sql/sql-part.js';
import { PartHost } from '../testing/open-part.js';
import { DataKeyRow } from './data-key.entity.js';
import { FieldCipher } from './field-cipher.js';
import { encryptionMigrations } from './field-cipher-part.js';
import { describeMasterKeys, masterKey } from './master-keys.conformance.js';
import { EncryptionConfig, masterKeysDependency, openMasterKeys } from './open-master-keys.js';
import { KeptKeys } from './transit/kept-keys.js';
import { parseTransitUrl } from './transit/transit-address.js';
import { startTransitDouble, type TransitDouble } from './transit/transit-double.js';
import { TransitMasterKeys, type TransitOptions } from './transit.master-keys.js';

let double: TransitDouble;
let folder: string;
let tokenFile: string;
let count = 0;
const quick = { timeoutMs: 300, attempts: 3, firstDelayMs: 5, longestDelayMs: 20, breakAfter: 4, breakMs: 150 };
const dataKey = randomBytes(32);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'voiceassist-transit-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  double = await startTransitDouble();
  tokenFile = join(folder, `token-${(count += 1)}`);
  await writeFile(tokenFile, `${double.token}\n`);
  double.create('kek');
});
afterEach(async () => {
  expect(double.faults).toEqual([]);
  await double.close();
});

const open = (options: Partial<TransitOptions> = {}, key = 'kek') =>
  TransitMasterKeys.open({ address: { server: double.url, mount: 'transit', key }, tokenFile, keepMs: 60_000, timing: quick, ...options });

describeMasterKeys('Transit', async () => {
  const key = `kek-${(count += 1)}`;
  let version = 1;
  double.create(key);
  return {
    open: () => open({}, key),
    rotate: async () => {
      double.rotate(key);
      version += 1;
    },
    forgetOlder: async () => double.retireBefore(key, version),
  };
});

describe('Transit as keeper of the master keys', () => {
  it('is asked once for many readers of one key, and its answer is kept for a while', async () => {
    const wrapped = await (await open()).wrap(dataKey, 'here');
    const keys = await open();
    const before = double.requests.length;
    await Promise.all(Array.from({ length: 20 }, () => keys.unwrap(wrapped, 'here')));
    for (let time = 0; time < 20; time += 1) expect(await keys.unwrap(wrapped, 'here')).toEqual(dataKey);
    expect(double.requests.length - before).toBe(1);
  });

  it.each(['unavailable', 'silent'] as const)('may be %s for a while: what was read lately stays readable, the rest fails in good time, and all goes on afterwards', async (mode) => {
    const keys = await open();
    const [kept, fresh] = [await keys.wrap(dataKey, 'kept'), await (await open()).wrap(dataKey, 'fresh')];
    double.mode = mode;
    const started = performance.now();
    expect(await keys.unwrap(kept, 'kept')).toEqual(dataKey);
    expect(await keys.currentId()).toBe('kek-v1');
    await expect(keys.unwrap(fresh, 'fresh')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(keys.wrap(dataKey, 'new')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(performance.now() - started).toBeLessThan(4_000);
    const [dependency] = masterKeysDependency(keys);
    await expect(dependency?.check(AbortSignal.timeout(1_000))).rejects.toThrow();
    double.mode = 'answering';
    await new Promise((resolve) => setTimeout(resolve, quick.breakMs + 50));
    expect(await keys.unwrap(fresh, 'fresh')).toEqual(dataKey);
    await dependency?.check(AbortSignal.timeout(1_000));
  });

  it('no longer serves a reader whose access was withdrawn once the time of its keys is up, and serves again with a renewed token', async () => {
    const wrapped = await (await open()).wrap(dataKey, 'here');
    const keys = await open({ keepMs: 50 });
    expect(await keys.unwrap(wrapped, 'here')).toEqual(dataKey);
    double.token = 'another-token';
    await new Promise((resolve) => setTimeout(resolve, 60));
    await expect(keys.unwrap(wrapped, 'here')).rejects.toThrow('403: permission denied');
    await writeFile(tokenFile, 'another-token');
    expect(await keys.unwrap(wrapped, 'here')).toEqual(dataKey);
  });

  it('unwraps with older keys what was stored before the move', async () => {
    const text = masterKey('old-file');
    const old = await openMasterKeys({ ENCRYPTION_KEYS_URL: 'env:', ENCRYPTION_KEYS: text });
    const wrapped = await old.wrap(dataKey, 'here');
    const keys = await open({ earlier: old });
    expect(await keys.unwrap(wrapped, 'here')).toEqual(dataKey);
    expect((await keys.wrap(dataKey, 'here')).masterKeyId).toBe('kek-v1');
    await expect((await open()).unwrap(wrapped, 'here')).rejects.toThrow('the master key old-file is not known');
  });

  it('refuses to start with a wrong token, without its key and with a key that does not fit; not because it is away', async () => {
    double.create('signing', 'ed25519');
    await expect(open({}, 'signing')).rejects.toThrow('must be of type');
    await expect(open({}, 'nowhere')).rejects.toThrow('cannot be used');
    await writeFile(tokenFile, 'wrong');
    await expect(open()).rejects.toThrow('cannot be used');
    double.mode = 'unavailable';
    await expect(open()).resolves.toBeDefined();
  });

  it('is named by a URL, over TLS unless it is on this machine', () => {
    expect(parseTransitUrl('vault+https://bao.example:8200/secrets/transit/va-kek')).toEqual({ server: 'https://bao.example:8200', mount: 'secrets/transit', key: 'va-kek' });
    expect(parseTransitUrl('vault+http://127.0.0.1:8100/transit/kek')).toMatchObject({ server: 'http://127.0.0.1:8100' });
    for (const wrong of ['vault+http://bao.example/transit/kek', 'vault+https://bao.example/kek', 'vault+https://user:word@bao.example/transit/kek', 'https://bao.example/transit/kek', 'vault+https://bao.example/transit/Kek']) {
      expect(parseTransitUrl(wrong)).toBeNull();
      expect(() => readSettings([EncryptionConfig], { ENCRYPTION_KEYS_URL: wrong })).toThrow('ENCRYPTION_KEYS_URL');
    }
  });

  it('rotates under load: nobody waits, nothing is lost, and the old version can then be retired', async () => {
    const host = new PartHost();
    const part = await host.open(sqlPart({ schema: 'users', entities: [DataKeyRow], migrations: encryptionMigrations }), { DATABASE_URL: 'pglite:memory' });
    const sql = part.get(DataSource);
    const [one, two] = [new FieldCipher(await open(), sql), new FieldCipher(await open({ keepMs: 20 }), sql)];
    const texts = new Map<string, string>();
    let rotating = true;
    const load = Array.from({ length: 4 }, async (_, worker) => {
      for (let turn = 0; rotating || turn < 10; turn += 1) {
        const scope = `load/${worker}/${turn % 7}`;
        const text = (await (turn % 2 ? one : two).toWrite(scope)).seal(`turn ${turn}`, 'place');
        texts.set(`${scope} ${text}`, `turn ${turn}`);
        expect((await (turn % 2 ? two : one).toRead(scope)).open(text, 'place')).toBe(`turn ${turn}`);
      }
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    for (let round = 0; round < 3; round += 1) {
      double.rotate('kek');
      await new FieldCipher(await open(), sql).rewrap(3);
    }
    rotating = false;
    await Promise.all(load);
    await new FieldCipher(await open(), sql).rewrap(3);
    expect(await sql.query('SELECT DISTINCT master_key_id AS id FROM data_key')).toEqual([{ id: 'kek-v4' }]);
    double.retireBefore('kek', 4);
    const later = new FieldCipher(await open(), sql);
    for (const [name, text] of texts) {
      const [scope = '', sealed = ''] = name.split(' ');
      expect((await later.toRead(scope)).open(sealed, 'place')).toBe(text);
    }
    await host.close();
  }, 60_000);
});

describe('kept keys', () => {
  it('are at most so many and at most so old', () => {
    let now = 0;
    const kept = new KeptKeys({ most: 2, lifeMs: 100, now: () => now });
    for (const name of ['a', 'b']) kept.keep(name, Buffer.from(name));
    kept.find('a');
    kept.keep('c', Buffer.from('c'));
    expect([kept.find('a'), kept.find('b'), kept.find('c')].map((each) => each?.key.toString())).toEqual(['a', undefined, 'c']);
    now = 60;
    expect(kept.find('a')).toMatchObject({ aging: true });
    now = 100;
    expect(kept.find('a')).toBeUndefined();
  });
});

import { mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeKeyTexts, describeMasterKeys, masterKey, type KeyInstallation } from './master-keys.conformance.js';
import type { MasterKeys } from './master-keys.js';
import { openMasterKeys } from './open-master-keys.js';

let folder: string;
let count = 0;
const newFile = () => join(folder, `keys-${(count += 1)}`, 'encryption.keys');
const fromFile = (file: string) => openMasterKeys({ ENCRYPTION_KEYS_URL: `file:${file}`, ENCRYPTION_KEYS: undefined });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'voiceassist-keys-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** An installation whose keys are written as text somewhere. */
function textInstallation(read: (text: string) => Promise<MasterKeys>): () => Promise<KeyInstallation> {
  return async () => {
    let keys = [masterKey('first')];
    return {
      open: () => read(keys.join('\n')),
      rotate: async () => void (keys = [masterKey(`key-${keys.length}`), ...keys]),
      forgetOlder: async () => void (keys = keys.slice(0, 1)),
    };
  };
}

const fromEnvironment = (text: string) => openMasterKeys({ ENCRYPTION_KEYS_URL: 'env:', ENCRYPTION_KEYS: text });
const fromTextInFile = async (text: string) => {
  const file = join(folder, `text-${(count += 1)}`);
  await writeFile(file, text);
  return fromFile(file);
};

describeMasterKeys('the environment', textInstallation(fromEnvironment));
describeMasterKeys('a file', textInstallation(fromTextInFile));
describeKeyTexts('the environment', fromEnvironment);
describeKeyTexts('a file', fromTextInFile);

describe('the file of master keys', () => {
  it('is made once, however many start at the same time, and only its owner may read it', async () => {
    const file = newFile();
    const opened = await Promise.all(Array.from({ length: 8 }, () => fromFile(file)));
    expect(new Set(await Promise.all(opened.map((keys) => keys.currentId()))).size).toBe(1);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const text = await readFile(file, 'utf8');
    await fromFile(file);
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  it('is read again for a key it does not know yet, and a spoilt one leaves the known keys in force', async () => {
    const file = newFile();
    const [one, two] = [await fromFile(file), await fromFile(file)];
    const dataKey = randomBytes(32);
    await writeFile(file, `${masterKey('second')}\n${await readFile(file, 'utf8')}`);
    const late = new Date(Date.now() + 5_000);
    await utimes(file, late, late);
    const third = await fromFile(file);
    const wrapped = await third.wrap(dataKey, 'here');
    expect(wrapped.masterKeyId).toBe('second');
    expect(await one.unwrap(wrapped, 'here')).toEqual(dataKey);
    await rm(file);
    expect(await two.wrap(dataKey, 'here').then((again) => two.unwrap(again, 'here'))).toEqual(dataKey);
  });
});

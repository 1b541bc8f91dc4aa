import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { MasterKeys } from './master-keys.js';

export interface MasterKeysUnderTest {
  /** Master keys from this text; the second one sees a later text where the adapter can. */
  open(text: string): Promise<MasterKeys>;
}

export const masterKey = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;

/** What every keeper of master keys promises. */
export function describeMasterKeys(name: string, { open }: MasterKeysUnderTest): void {
  describe(`master keys from ${name}`, () => {
    const dataKey = randomBytes(32);

    it('unwrap what they wrapped, for the same place only', async () => {
      const keys = await open(masterKey('one'));
      const wrapped = await keys.wrap(dataKey, 'here');
      expect(wrapped.masterKeyId).toBe(await keys.currentId());
      expect(Buffer.from(wrapped.wrapped).includes(dataKey)).toBe(false);
      expect(await keys.unwrap(wrapped, 'here')).toEqual(dataKey);
      await expect(keys.unwrap(wrapped, 'there')).rejects.toThrow();
      for (const index of [0, 12, 30, wrapped.wrapped.length - 1]) {
        const altered = Buffer.from(wrapped.wrapped);
        altered.writeUInt8(altered.readUInt8(index) ^ 1, index);
        await expect(keys.unwrap({ ...wrapped, wrapped: altered }, 'here')).rejects.toThrow();
      }
    });

    it('wrap under the first key and unwrap under any that is known', async () => {
      const [older, newer] = [masterKey('older'), masterKey('newer')];
      const wrapped = await (await open(older)).wrap(dataKey, 'here');
      const rotated = await open(`# a comment\n${newer}\n\n${older}\n`);
      expect(await rotated.unwrap(wrapped, 'here')).toEqual(dataKey);
      expect((await rotated.wrap(dataKey, 'here')).masterKeyId).toBe('newer');
      await expect((await open(newer)).unwrap(wrapped, 'here')).rejects.toThrow('the master key older is not known');
      await expect((await open(masterKey('older'))).unwrap(wrapped, 'here')).rejects.toThrow();
    });

    it.each(['', '# nothing', 'one', 'one:', `one:${randomBytes(16).toString('base64')}`, `One:${randomBytes(32).toString('base64')}`, `${masterKey('one')},${masterKey('one')}`])('refuse "%s" without showing it', async (text) => {
      const failure = await open(text).then(() => null, (error: Error) => error);
      expect(failure).not.toBeNull();
      if (text.length > 20) expect(`${failure!.message}${String(failure!.cause)}`).not.toContain(text.slice(4, 24));
    });
  });
}

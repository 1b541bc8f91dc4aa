import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { MasterKeys } from './master-keys.js';

/** One installation's master keys, wherever they are. */
export interface KeyInstallation {
  /** Opens the keys as a process does that starts now. */
  open(): Promise<MasterKeys>;
  /** Makes another key the current one; the older ones stay. */
  rotate(): Promise<void>;
  /** Takes all keys away but the current one. */
  forgetOlder(): Promise<void>;
}

export const masterKey = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;

/** What every keeper of master keys promises; `install` makes a new installation with one key. */
export function describeMasterKeys(name: string, install: () => Promise<KeyInstallation>): void {
  describe(`master keys from ${name}`, () => {
    const dataKey = randomBytes(32);

    it('unwrap what they wrapped, for the same place only', async () => {
      const keys = await (await install()).open();
      const wrapped = await keys.wrap(dataKey, 'here');
      expect(wrapped.masterKeyId).toBe(await keys.currentId());
      expect(wrapped.masterKeyId).toMatch(/^[a-z0-9][a-z0-9-]{0,30}$/);
      expect(wrapped.wrapped).toHaveLength(60); // the head of a file has room for exactly that
      expect(Buffer.from(wrapped.wrapped).includes(dataKey)).toBe(false);
      expect(await keys.unwrap(wrapped, 'here')).toEqual(dataKey);
      await expect(keys.unwrap(wrapped, 'there')).rejects.toThrow();
      for (const index of [0, 12, 30, wrapped.wrapped.length - 1]) {
        const altered = Buffer.from(wrapped.wrapped);
        altered.writeUInt8(altered.readUInt8(index) ^ 1, index);
        await expect(keys.unwrap({ ...wrapped, wrapped: altered }, 'here')).rejects.toThrow();
      }
      await keys.close();
    });

    it('wrap under the current key and unwrap under any that is known', async () => {
      const installation = await install();
      const before = await installation.open();
      const wrapped = await before.wrap(dataKey, 'here');
      await installation.rotate();
      const rotated = await installation.open();
      expect(await rotated.unwrap(wrapped, 'here')).toEqual(dataKey);
      const again = await rotated.wrap(dataKey, 'here');
      expect(again.masterKeyId).not.toBe(wrapped.masterKeyId);
      expect(again.masterKeyId).toBe(await rotated.currentId());
      await installation.forgetOlder();
      const later = await installation.open();
      expect(await later.unwrap(again, 'here')).toEqual(dataKey);
      await expect(later.unwrap(wrapped, 'here')).rejects.toThrow(`the master key ${wrapped.masterKeyId} is not known`);
      await expect((await (await install()).open()).unwrap(again, 'here')).rejects.toThrow();
    });
  });
}

/** What those promise that read their keys from a text; `open` reads one. */
export function describeKeyTexts(name: string, open: (text: string) => Promise<MasterKeys>): void {
  describe(`the text of master keys in ${name}`, () => {
    it('may hold comments and blank lines', async () => {
      expect(await (await open(`# a comment\n${masterKey('newer')}\n\n${masterKey('older')}\n`)).currentId()).toBe('newer');
    });

    it.each(['', '# nothing', 'one', 'one:', `one:${randomBytes(16).toString('base64')}`, `One:${randomBytes(32).toString('base64')}`, `${masterKey('one')},${masterKey('one')}`])('is refused as "%s" without being shown', async (text) => {
      const failure = await open(text).then(() => null, (error: Error) => error);
      expect(failure).not.toBeNull();
      if (text.length > 20) expect(`${failure!.message}${String(failure!.cause)}`).not.toContain(text.slice(4, 24));
    });
  });
}

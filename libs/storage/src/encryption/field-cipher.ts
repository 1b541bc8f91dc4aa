import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { In, type DataSource, type EntityManager } from 'typeorm';
import { DataKeyRow } from './data-key.entity.js';
import type { MasterKeys } from './master-keys.js';
import { keyBytes, seal, unseal } from './sealed-bytes.js';

const sealedForm = /^va1\.([A-Za-z0-9_-]{38,})$/;

/** Whether a column holds a sealed text; anything else was stored before encryption. */
export const isSealedText = (text: string): boolean => sealedForm.test(text);

/** Seals and opens texts of one scope. An empty text stays empty. */
export class ScopeCipher {
  constructor(private readonly scope: string, private readonly dataKey: Uint8Array | undefined) {}

  /** `place` names table, row and column, so that a sealed text opens only where it was put. */
  seal(text: string, place: string): string {
    if (text === '') return text;
    if (!this.dataKey) throw new Error(`there is no data key of ${this.scope}`);
    return `va1.${seal(Buffer.from(text), this.dataKey, `${this.scope}/${place}`).toString('base64url')}`;
  }

  /** Texts that were stored before encryption come back as they are; throws when the key was destroyed or anything was altered. */
  open(stored: string, place: string): string {
    const sealed = sealedForm.exec(stored)?.[1];
    if (sealed === undefined) return stored;
    if (!this.dataKey) throw new Error(`the data key of ${this.scope} has been destroyed`);
    return unseal(Buffer.from(sealed, 'base64url'), this.dataKey, `${this.scope}/${place}`).toString('utf8');
  }

  /** Stands for a text that must not be stored or shown: the same for the same text and purpose, and to be told by nobody without the key. */
  pseudonymOf(text: string, purpose: string): string {
    if (!this.dataKey) throw new Error(`there is no data key of ${this.scope}`);
    const key = Buffer.from(hkdfSync('sha256', this.dataKey, '', `pseudonyms of ${this.scope}/${purpose}`, keyBytes));
    return createHmac('sha256', key).update(text).digest('hex');
  }

  /** Wraps a key of something that belongs to the scope but lies elsewhere, for example of a file. */
  wrapKey(key: Uint8Array, place: string): Buffer {
    if (!this.dataKey) throw new Error(`there is no data key of ${this.scope}`);
    return seal(key, this.dataKey, `${this.scope}/${place}`);
  }

  /** Throws when the key of the scope was destroyed, and for what was not wrapped in it for that place. */
  unwrapKey(wrapped: Uint8Array, place: string): Buffer {
    if (!this.dataKey) throw new Error(`the data key of ${this.scope} has been destroyed`);
    return unseal(wrapped, this.dataKey, `${this.scope}/${place}`);
  }
}

const placeOf = (scope: string) => `data key of ${scope}`;

/**
 * Encrypts columns of a service: each scope (a conversation, a collection) has a data key of its own, which lies wrapped in the
 * table `data_key` of the service's schema. Destroying that row makes everything of the scope unreadable for good. Inside
 * a transaction give its manager.
 */
export class FieldCipher {
  constructor(private readonly masterKeys: MasterKeys, private readonly dataSource: DataSource) {}

  /** The cipher of a scope, whose data key is made where there is none. */
  async toWrite(scope: string, manager: EntityManager = this.dataSource.manager): Promise<ScopeCipher> {
    const known = await this.keyOf(scope, manager);
    if (known) return new ScopeCipher(scope, known);
    const { masterKeyId, wrapped } = await this.masterKeys.wrap(randomBytes(keyBytes), placeOf(scope));
    // another replica may be making the same key: whoever commits first has made it
    await manager.createQueryBuilder().insert().into(DataKeyRow).values({ scope, masterKeyId, wrapped: Buffer.from(wrapped) }).orIgnore().execute();
    return new ScopeCipher(scope, await this.keyOf(scope, manager));
  }

  /** The cipher of a scope as it is: without a data key it opens only what was stored before encryption. */
  async toRead(scope: string, manager: EntityManager = this.dataSource.manager): Promise<ScopeCipher> {
    return new ScopeCipher(scope, await this.keyOf(scope, manager));
  }

  /** The same for many scopes with one query. */
  async toReadAll(scopes: readonly string[], manager: EntityManager = this.dataSource.manager): Promise<(scope: string) => ScopeCipher> {
    const rows = scopes.length === 0 ? [] : await manager.findBy(DataKeyRow, { scope: In([...new Set(scopes)]) });
    const keys = new Map<string, Buffer>();
    for (const row of rows) keys.set(row.scope, await this.unwrap(row));
    return (scope) => new ScopeCipher(scope, keys.get(scope));
  }

  /** Makes everything that was sealed in the scope unreadable for good. */
  async destroy(scope: string, manager: EntityManager = this.dataSource.manager): Promise<void> {
    await manager.delete(DataKeyRow, { scope });
  }

  /** Wraps data keys that are still under an older master key anew; answers how many. Readers and writers go on meanwhile. */
  async rewrap(batch = 200): Promise<number> {
    const { manager } = this.dataSource;
    for (let done = 0; ; ) {
      const current = await this.masterKeys.currentId(); // may change meanwhile
      const rows = await manager.createQueryBuilder(DataKeyRow, 'row').where('row.masterKeyId <> :current', { current }).limit(batch).getMany();
      for (const row of rows) {
        const { masterKeyId, wrapped } = await this.masterKeys.wrap(await this.unwrap(row), placeOf(row.scope));
        await manager.update(DataKeyRow, { scope: row.scope, masterKeyId: row.masterKeyId }, { masterKeyId, wrapped: Buffer.from(wrapped) });
      }
      done += rows.length;
      if (rows.length < batch) return done;
    }
  }

  private async keyOf(scope: string, manager: EntityManager): Promise<Buffer | undefined> {
    const row = await manager.findOneBy(DataKeyRow, { scope });
    return row ? this.unwrap(row) : undefined;
  }

  private unwrap({ scope, masterKeyId, wrapped }: DataKeyRow): Promise<Buffer> {
    return this.masterKeys.unwrap({ masterKeyId, wrapped }, placeOf(scope));
  }
}

import type { MasterKeys, WrappedKey } from '../../encryption/master-keys.js';
import type { KeyScope } from '../scoped-blobs.js';
import type { Head } from './sealed-blob.js';

/** Stands in a slot instead of the id of a master key; no master key can be called that. */
const ofScope = '=scope';
const placeOf = (key: string) => `data key of blob ${key}`;
const passPlaceOf = (key: string) => `pass to blob ${key}`;

/** The data keys of blobs: wrapped under a master key or under the key of a scope. */
export class BlobKeys {
  constructor(private readonly masterKeys: MasterKeys) {}

  isOfScope({ masterKeyId }: WrappedKey): boolean {
    return masterKeyId === ofScope;
  }

  isScoped({ slots }: Head): boolean {
    return slots.some((slot) => this.isOfScope(slot));
  }

  wrap(key: string, dataKey: Uint8Array): Promise<WrappedKey> {
    return this.masterKeys.wrap(dataKey, placeOf(key));
  }

  wrapIn(scope: KeyScope, key: string, dataKey: Uint8Array): WrappedKey {
    return { masterKeyId: ofScope, wrapped: scope.wrapKey(dataKey, placeOf(key)) };
  }

  async open(key: string, head: Head, scope?: KeyScope): Promise<Buffer> {
    return (await this.find(key, head, scope)).dataKey;
  }

  /** Which slot holds the key, too: the other one may have been cut off while it was written. */
  async find(key: string, { slots }: Head, scope?: KeyScope): Promise<{ dataKey: Buffer; slot: 0 | 1 }> {
    try {
      return { dataKey: await this.unwrap(key, slots[0], scope), slot: 0 };
    } catch (error) {
      const dataKey = await this.unwrap(key, slots[1], scope).catch(() => Promise.reject(error as Error));
      return { dataKey, slot: 1 };
    }
  }

  async pass(key: string, dataKey: Uint8Array): Promise<string> {
    const { masterKeyId, wrapped } = await this.masterKeys.wrap(dataKey, passPlaceOf(key));
    return `${masterKeyId}.${Buffer.from(wrapped).toString('base64url')}`;
  }

  openPass(key: string, pass: string): Promise<Buffer> {
    const [masterKeyId = '', wrapped = ''] = pass.split('.');
    return this.masterKeys.unwrap({ masterKeyId, wrapped: Buffer.from(wrapped, 'base64url') }, passPlaceOf(key));
  }

  private async unwrap(key: string, slot: WrappedKey, scope?: KeyScope): Promise<Buffer> {
    if (!this.isOfScope(slot)) return this.masterKeys.unwrap(slot, placeOf(key));
    if (!scope) throw new Error(`the blob ${key} hangs on a key that is not given`);
    return scope.unwrapKey(slot.wrapped, placeOf(key));
  }
}

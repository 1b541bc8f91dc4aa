import { MasterKeys, type MasterKey, type WrappedKey } from './master-keys.js';
import { seal, unseal } from './sealed-bytes.js';

/** Master keys that this process holds itself; where they come from is for the subclass to say. */
export abstract class KnownMasterKeys extends MasterKeys {
  protected abstract keys(): Promise<readonly [MasterKey, ...MasterKey[]]>;
  /** Called for an id that is not among the keys: perhaps there are newer ones. */
  protected abstract refreshed(): Promise<readonly MasterKey[]>;

  async currentId(): Promise<string> {
    return (await this.keys())[0].id;
  }

  async wrap(dataKey: Uint8Array, place: string): Promise<WrappedKey> {
    const [{ id, key }] = await this.keys();
    return { masterKeyId: id, wrapped: seal(dataKey, key, place) };
  }

  async unwrap({ masterKeyId, wrapped }: WrappedKey, place: string): Promise<Buffer> {
    const find = (keys: readonly MasterKey[]) => keys.find(({ id }) => id === masterKeyId);
    const found = find(await this.keys()) ?? find(await this.refreshed());
    if (!found) throw new Error(`the master key ${masterKeyId} is not known; put it back among the master keys`);
    return unseal(wrapped, found.key, place);
  }

  async close(): Promise<void> {}
}

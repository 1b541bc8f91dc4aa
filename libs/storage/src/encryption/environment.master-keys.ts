import { KnownMasterKeys } from './known.master-keys.js';
import { parseMasterKeys, type MasterKey } from './master-keys.js';

/** Master keys from a setting; to rotate them, start replicas with the new list one after another. */
export class EnvironmentMasterKeys extends KnownMasterKeys {
  private readonly held: readonly [MasterKey, ...MasterKey[]];

  constructor(text: string) {
    super();
    this.held = parseMasterKeys(text);
  }

  protected async keys() {
    return this.held;
  }

  protected async refreshed() {
    return this.held;
  }
}

import { PlatformPart, type OpenedPart, type PartContext } from '@voiceassist/kit';
import { MasterKeys } from './master-keys.js';
import { EncryptionConfig, masterKeysDependency, shareMasterKeys } from './open-master-keys.js';

class MasterKeysPart extends PlatformPart {
  readonly name = 'master-keys';
  override readonly configs = [EncryptionConfig];

  async open(context: PartContext): Promise<OpenedPart> {
    const masterKeys = await shareMasterKeys(context);
    // whoever shared them closes them
    return { provides: [{ token: MasterKeys, value: masterKeys }], dependencies: masterKeysDependency(masterKeys), close: async () => undefined };
  }
}

/** Gives a service the `MasterKeys` themselves, for data keys that lie elsewhere than in `data_key`. */
export function masterKeysPart(): PlatformPart {
  return new MasterKeysPart();
}

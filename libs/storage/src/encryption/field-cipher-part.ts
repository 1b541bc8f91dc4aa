import { setTimeout as delay } from 'node:timers/promises';
import { PlatformPart, type OpenedPart, type PartContext } from '@voiceassist/kit';
import { DataSource } from 'typeorm';
import { CreateDataKeys1764400000000 } from './data-key.entity.js';
import { FieldCipher } from './field-cipher.js';
import type { MasterKeys } from './master-keys.js';
import { EncryptionConfig, masterKeysDependency, shareMasterKeys } from './open-master-keys.js';

/** Go into the migrations of a service that uses `fieldCipherPart`; its entities need `DataKeyRow`. */
export const encryptionMigrations = [CreateDataKeys1764400000000];

const lookEveryMs = 60_000;

class FieldCipherPart extends PlatformPart {
  readonly name = 'field-cipher';
  override readonly configs = [EncryptionConfig];

  async open(context: PartContext): Promise<OpenedPart> {
    const masterKeys = await shareMasterKeys(context);
    const cipher = new FieldCipher(masterKeys, context.get(DataSource));
    const stopped = new AbortController();
    let running: Promise<void> | undefined;
    return {
      provides: [{ token: FieldCipher, value: cipher }],
      dependencies: masterKeysDependency(masterKeys),
      started: async () => {
        running = keepWrapped({ cipher, masterKeys, context, signal: stopped.signal });
      },
      close: async () => {
        stopped.abort();
        await running;
      },
    };
  }
}

interface Keeping {
  readonly cipher: FieldCipher;
  readonly masterKeys: MasterKeys;
  readonly context: PartContext;
  readonly signal: AbortSignal;
}

/** Wraps data keys anew at the start and whenever another master key has become the current one. */
async function keepWrapped({ cipher, masterKeys, context: { logger }, signal }: Keeping): Promise<void> {
  let doneFor: string | undefined;
  while (!signal.aborted) {
    try {
      const current = await masterKeys.currentId();
      const rewrapped = doneFor === current ? 0 : await cipher.rewrap();
      doneFor = current;
      if (rewrapped > 0) logger.info({ rewrapped }, 'data keys are under the current master key');
    } catch (error) {
      logger.error({ err: error }, 'data keys could not be brought under the current master key');
    }
    await delay(lookEveryMs, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

/** Gives a service `FieldCipher` for its columns; list it after `sqlPart`, whose migrations must include `encryptionMigrations` and whose entities `DataKeyRow`. */
export function fieldCipherPart(): PlatformPart {
  return new FieldCipherPart();
}

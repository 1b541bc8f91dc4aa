/** A data key as it is stored: useless without the master key of that id. */
export interface WrappedKey {
  readonly masterKeyId: string;
  readonly wrapped: Uint8Array;
}

/**
 * Wraps data keys under the installation's master keys and unwraps them again; data itself never comes here. The newest
 * master key wraps, every known one unwraps: that is how keys are rotated without downtime. Adapters: a file, the
 * environment, the Transit engine of Vault or OpenBao. The suite `master-keys.conformance.ts` is the definition.
 */
export abstract class MasterKeys {
  /** Id of the key that wraps at present. */
  abstract currentId(): Promise<string>;
  /** `place` says what the data key is for; it unwraps only for the same. */
  abstract wrap(dataKey: Uint8Array, place: string): Promise<WrappedKey>;
  /** Throws when the master key is not known (any more), or when key or place are not those of the wrapping. */
  abstract unwrap(key: WrappedKey, place: string): Promise<Buffer>;
  /** Where the keys lie outside of the process: resolves when they can be reached. */
  check?(): Promise<void>;
  abstract close(): Promise<void>;
}

const idForm = /^[a-z0-9][a-z0-9-]{0,30}$/;

export interface MasterKey {
  readonly id: string;
  readonly key: Buffer;
}

/**
 * Reads keys as people write them: `<id>:<32 bytes in base64>`, one per line or parted by commas, the first one wraps.
 * Lines that begin with # are comments. Throws, without showing any key, on the first entry that is wrong.
 */
export function parseMasterKeys(text: string): readonly [MasterKey, ...MasterKey[]] {
  const lines = text.split('\n').filter((line) => !line.trimStart().startsWith('#'));
  const entries = lines.flatMap((line) => line.split(',')).map((entry) => entry.trim()).filter((entry) => entry !== '');
  const keys = entries.map((entry, index) => {
    const [id = '', encoded = ''] = entry.split(/:(.*)/s);
    const key = Buffer.from(encoded, 'base64');
    if (!idForm.test(id) || key.length !== 32) throw new Error(`master key ${index + 1} is malformed: wanted <id>:<32 bytes in base64>, the id in lower case`);
    return { id, key };
  });
  if (new Set(keys.map(({ id }) => id)).size !== keys.length) throw new Error('two master keys have the same id');
  const [first, ...rest] = keys;
  if (!first) throw new Error('there is no master key');
  return [first, ...rest];
}

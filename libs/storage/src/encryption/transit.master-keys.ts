import { createHash } from 'node:crypto';
import { MasterKeys, type WrappedKey } from './master-keys.js';
import { KeptKeys } from './transit/kept-keys.js';
import type { TransitAddress } from './transit/transit-address.js';
import { TransitClient, TransitRefusal, type TransitKey, type TransitTiming } from './transit/transit-client.js';
import { keyBytes, sealBytes } from './sealed-bytes.js';

export interface TransitOptions {
  readonly address: TransitAddress;
  /** File that holds the token; read for each request, so that it may be renewed. */
  readonly tokenFile: string;
  /** How long an unwrapped data key is used without asking again: so long a reader can do without the server. */
  readonly keepMs: number;
  /** Master keys from before the move to the server: they unwrap, but never wrap. */
  readonly earlier?: MasterKeys;
  readonly timing?: TransitTiming;
}

const cipherForm = /^vault:v(\d+):([A-Za-z0-9+/]+={0,2})$/;
const fittingType = 'aes256-gcm96';
const keptKeys = 20_000;
const lookEveryMs = 10_000;

/**
 * Master keys that never leave the Transit engine of HashiCorp Vault or OpenBao: each version of its key is a master key,
 * `<name>-v<version>`. Unwrapped data keys are kept for a while, so that reading goes on when the server is away; writing
 * something new needs the server.
 */
export class TransitMasterKeys extends MasterKeys {
  private readonly client: TransitClient;
  private readonly kept: KeptKeys;
  private readonly asked = new Map<string, Promise<Buffer>>();
  private known?: { readonly latest: number; readonly at: number };

  private constructor(private readonly options: TransitOptions) {
    super();
    this.client = new TransitClient(options.address, options.tokenFile, options.timing);
    this.kept = new KeptKeys({ most: keptKeys, lifeMs: options.keepMs });
  }

  /** Throws for a token that is refused and for a key that does not fit; a server that does not answer may come later. */
  static async open(options: TransitOptions): Promise<TransitMasterKeys> {
    const keys = new TransitMasterKeys(options);
    await keys.look().catch((error: unknown) => {
      if (error instanceof TransitRefusal) throw new Error(`the Transit key ${options.address.key} cannot be used`, { cause: error });
      if (error instanceof WrongKey) throw error;
    });
    return keys;
  }

  async currentId(): Promise<string> {
    if (!this.known || performance.now() - this.known.at >= lookEveryMs) {
      await this.look().catch((error: unknown) => {
        if (!this.known) throw error;
      });
    }
    return this.idOf(this.known?.latest ?? 0);
  }

  async wrap(dataKey: Uint8Array, place: string): Promise<WrappedKey> {
    const [, version = '', encoded = ''] = cipherForm.exec(await this.client.encrypt(dataKey, place)) ?? [];
    const wrapped = Buffer.from(encoded, 'base64');
    if (wrapped.length !== dataKey.length + sealBytes) throw new Error('the key server answers with a cipher text of an unknown form');
    if (Number(version) > (this.known?.latest ?? 0)) this.known = { latest: Number(version), at: performance.now() };
    const key = { masterKeyId: this.idOf(Number(version)), wrapped };
    if (dataKey.length === keyBytes) this.kept.keep(nameOf(key, place), Buffer.from(dataKey));
    return key;
  }

  async unwrap(key: WrappedKey, place: string): Promise<Buffer> {
    const version = this.versionOf(key);
    if (version === null) {
      if (this.options.earlier) return this.options.earlier.unwrap(key, place);
      throw new Error(`the master key ${key.masterKeyId} is not known; give it in ENCRYPTION_KEYS until everything is under the key server`);
    }
    const name = nameOf(key, place);
    const kept = this.kept.find(name);
    if (!kept) return this.ask(name, { key, place, version });
    if (kept.aging) this.ask(name, { key, place, version }).catch(() => undefined); // the one that is kept serves until its time is up
    return kept.key;
  }

  /** Resolves when the server answers and the key fits. */
  override async check(): Promise<void> {
    await this.look();
  }

  async close(): Promise<void> {
    this.kept.clear();
    await this.options.earlier?.close();
  }

  /** Many who need the same key ask once. */
  private ask(name: string, question: Question): Promise<Buffer> {
    const present = this.asked.get(name);
    if (present) return present;
    const answer = this.decrypt(name, question).finally(() => this.asked.delete(name));
    this.asked.set(name, answer);
    return answer;
  }

  private async decrypt(name: string, { key, place, version }: Question): Promise<Buffer> {
    try {
      const plain = await this.client.decrypt(`vault:v${version}:${Buffer.from(key.wrapped).toString('base64')}`, place);
      this.kept.keep(name, plain);
      return plain;
    } catch (error) {
      if (!(error instanceof TransitRefusal)) throw error;
      this.kept.forget(name);
      const { latest_version: latest, min_decryption_version: least } = await this.look();
      if (version < least || version > latest) throw new Error(`the master key ${key.masterKeyId} is not known; the key server has versions ${least} to ${latest}`, { cause: error });
      throw error;
    }
  }

  private async look(): Promise<TransitKey> {
    const key = await this.client.readKey();
    if (key.type !== fittingType || key.derived) throw new WrongKey(`a Transit key must be of type ${fittingType} and not derived; this one is ${key.type}`);
    this.known = { latest: key.latest_version, at: performance.now() };
    return key;
  }

  private idOf(version: number): string {
    return `${this.options.address.key}-v${version}`;
  }

  private versionOf({ masterKeyId }: WrappedKey): number | null {
    const start = `${this.options.address.key}-v`;
    const version = masterKeyId.startsWith(start) ? masterKeyId.slice(start.length) : '';
    return /^[1-9]\d{0,4}$/.test(version) ? Number(version) : null;
  }
}

interface Question {
  readonly key: WrappedKey;
  readonly place: string;
  readonly version: number;
}

class WrongKey extends Error {}

function nameOf({ masterKeyId, wrapped }: WrappedKey, place: string): string {
  return createHash('sha256').update(`${masterKeyId}\0${place}\0`).update(wrapped).digest('base64');
}

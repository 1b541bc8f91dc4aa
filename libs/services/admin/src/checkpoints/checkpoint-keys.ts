import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { isSealedText, ScopeCipher } from '@voiceassist/storage';
import type { EntityManager } from 'typeorm';
import { AuditConfig } from '../admin.config.js';
import { SealKeys } from '../sealing/seal-keys.repository.js';
import { kidOf, publicKeyText } from './checkpoint.js';
import { seal, unseal } from './sealed-text.js';

export interface CheckpointKey {
  readonly kid: string;
  readonly publicKey: string;
  readonly privateKey: KeyObject;
}

interface KeyRow {
  readonly kid: string;
  readonly public_key: string;
  readonly private_key: string;
  readonly sealed: boolean;
}

const purposeOf = (kid: string) => `admin.audit_key ${kid}`;
const scope = 'checkpoint keys';
/** PostgreSQL's date after all dates. */
const always = 'infinity';

/**
 * The key that signs checkpoints: made by the replica that takes the first one, and stored encrypted, under
 * `AUDIT_KEY_ENCRYPTION_KEY` or else under the master keys. Ask under the ledger's lock.
 */
@Injectable()
export class CheckpointKeys {
  private readonly ownKey: Buffer | null;

  constructor(private readonly sealKeys: SealKeys, config: AuditConfig) {
    this.ownKey = config.AUDIT_KEY_ENCRYPTION_KEY ? Buffer.from(config.AUDIT_KEY_ENCRYPTION_KEY, 'base64') : null;
  }

  async current(manager: EntityManager): Promise<CheckpointKey> {
    const [row] = await manager.query<KeyRow[]>('SELECT * FROM audit_key WHERE retired_at IS NULL ORDER BY created_at DESC LIMIT 1');
    if (!row) return this.create(manager);
    const pem = await this.open(row, manager);
    if (!this.isCurrent(row)) await this.store(row.kid, pem, manager);
    return { kid: row.kid, publicKey: row.public_key, privateKey: createPrivateKey(pem) };
  }

  /** Encrypts what releases before have stored as it was; answers how many. */
  async sealPlain(manager: EntityManager): Promise<number> {
    const plain = await manager.query<KeyRow[]>('SELECT * FROM audit_key WHERE NOT sealed');
    for (const { kid, private_key: pem } of plain) await this.store(kid, pem, manager);
    return plain.length;
  }

  private async create(manager: EntityManager): Promise<CheckpointKey> {
    const { privateKey } = generateKeyPairSync('ed25519');
    const publicKey = publicKeyText(privateKey);
    const kid = kidOf(publicKey);
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    await manager.query('INSERT INTO audit_key (kid, public_key, private_key, sealed) VALUES ($1, $2, $3, true)', [kid, publicKey, await this.closed(kid, pem, manager)]);
    return { kid, publicKey, privateKey };
  }

  private async store(kid: string, pem: string, manager: EntityManager): Promise<void> {
    await manager.query('UPDATE audit_key SET private_key = $2, sealed = true WHERE kid = $1', [kid, await this.closed(kid, pem, manager)]);
  }

  private async closed(kid: string, pem: string, manager: EntityManager): Promise<string> {
    if (this.ownKey) return seal(pem, this.ownKey, purposeOf(kid));
    return new ScopeCipher(scope, await this.sealKeys.obtain(scope, always, manager)).seal(pem, purposeOf(kid));
  }

  private isCurrent({ private_key: stored, sealed }: KeyRow): boolean {
    return sealed && isSealedText(stored) === (this.ownKey === null);
  }

  private async open({ kid, private_key: stored, sealed }: KeyRow, manager: EntityManager): Promise<string> {
    if (!sealed) return stored;
    if (isSealedText(stored)) return this.openWithMasterKeys(kid, stored, manager);
    if (!this.ownKey) throw new Error('The key of the audit is encrypted: set AUDIT_KEY_ENCRYPTION_KEY to the key it was encrypted with.');
    try {
      return unseal(stored, this.ownKey, purposeOf(kid));
    } catch (cause) {
      throw new Error('The key of the audit cannot be decrypted: AUDIT_KEY_ENCRYPTION_KEY is not the key it was encrypted with.', { cause });
    }
  }

  private async openWithMasterKeys(kid: string, stored: string, manager: EntityManager): Promise<string> {
    const key = await this.sealKeys.find(scope, manager);
    if (!key) throw new Error('The key of the audit is encrypted, and the key for it is gone.');
    return new ScopeCipher(scope, key).open(stored, purposeOf(kid));
  }
}

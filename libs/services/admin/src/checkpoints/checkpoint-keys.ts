import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditConfig } from '../admin.config.js';
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

/** The key that signs checkpoints: made by the replica that takes the first one. Ask under the ledger's lock. */
@Injectable()
export class CheckpointKeys {
  private readonly encryptionKey: Buffer | null;

  constructor(config: AuditConfig) {
    this.encryptionKey = config.AUDIT_KEY_ENCRYPTION_KEY ? Buffer.from(config.AUDIT_KEY_ENCRYPTION_KEY, 'base64') : null;
  }

  async current(manager: EntityManager): Promise<CheckpointKey> {
    const [row] = await manager.query<KeyRow[]>('SELECT * FROM audit_key WHERE retired_at IS NULL ORDER BY created_at DESC LIMIT 1');
    if (!row) return this.create(manager);
    const pem = this.open(row);
    if (this.encryptionKey && !row.sealed) await manager.query('UPDATE audit_key SET private_key = $2, sealed = true WHERE kid = $1', [row.kid, this.closed(row.kid, pem)]);
    return { kid: row.kid, publicKey: row.public_key, privateKey: createPrivateKey(pem) };
  }

  private async create(manager: EntityManager): Promise<CheckpointKey> {
    const { privateKey } = generateKeyPairSync('ed25519');
    const publicKey = publicKeyText(privateKey);
    const kid = kidOf(publicKey);
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    await manager.query('INSERT INTO audit_key (kid, public_key, private_key, sealed) VALUES ($1, $2, $3, $4)', [kid, publicKey, this.closed(kid, pem), this.encryptionKey !== null]);
    return { kid, publicKey, privateKey };
  }

  private closed(kid: string, pem: string): string {
    return this.encryptionKey ? seal(pem, this.encryptionKey, purposeOf(kid)) : pem;
  }

  private open({ kid, private_key: privateKey, sealed }: KeyRow): string {
    if (!sealed) return privateKey;
    if (!this.encryptionKey) throw new Error('The key of the audit is encrypted: set AUDIT_KEY_ENCRYPTION_KEY to the key it was encrypted with.');
    try {
      return unseal(privateKey, this.encryptionKey, purposeOf(kid));
    } catch (cause) {
      throw new Error('The key of the audit cannot be decrypted: AUDIT_KEY_ENCRYPTION_KEY is not the key it was encrypted with.', { cause });
    }
  }
}

import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { PasswordHasher } from '../../passwords/password-hasher.js';
import { newRecoveryCodes, recoveryCodeOf } from './recovery-code-text.js';

interface StoredCode {
  readonly locator: string;
  readonly hash: string;
}

/** A new set of codes: the texts to show once, and what is kept of them. */
export interface RecoveryCodeSet {
  readonly codes: readonly string[];
  readonly stored: readonly StoredCode[];
}

/** Codes for the day on which the other factors are lost; hashed like passwords, each good for one use. */
@Injectable()
export class RecoveryCodes {
  constructor(
    private readonly dataSource: DataSource,
    private readonly hasher: PasswordHasher,
  ) {}

  /** Makes and hashes codes; do it before a transaction, because it takes a while. */
  async make(): Promise<RecoveryCodeSet> {
    const codes = newRecoveryCodes();
    const stored: StoredCode[] = [];
    for (const text of codes) {
      const parts = recoveryCodeOf(text);
      if (parts) stored.push({ locator: parts.locator, hash: await this.hasher.hash(parts.code) });
    }
    return { codes, stored };
  }

  async replace(manager: EntityManager, userId: string, { stored }: RecoveryCodeSet): Promise<void> {
    await this.removeAll(manager, userId);
    await manager.query(
      'INSERT INTO auth.recovery_code (user_id, locator, code_hash) SELECT $1, made.locator, made.hash FROM unnest($2::text[], $3::text[]) AS made (locator, hash)',
      [userId, stored.map(({ locator }) => locator), stored.map(({ hash }) => hash)],
    );
  }

  async removeAll(manager: EntityManager, userId: string): Promise<void> {
    await manager.query('DELETE FROM auth.recovery_code WHERE user_id = $1', [userId]);
  }

  async countLeft(userId: string): Promise<number> {
    const [row] = await this.dataSource.query<{ left: number }[]>('SELECT count(*)::int AS left FROM auth.recovery_code WHERE user_id = $1 AND used_at IS NULL', [userId]);
    return row?.left ?? 0;
  }

  /** True for the first who shows a code of this person. */
  async accept(userId: string, typed: string): Promise<boolean> {
    const parts = recoveryCodeOf(typed);
    if (!parts) return false;
    const [row] = await this.dataSource.query<{ code_hash: string }[]>(
      'SELECT code_hash FROM auth.recovery_code WHERE user_id = $1 AND locator = $2 AND used_at IS NULL', [userId, parts.locator],
    );
    if (!row || !(await this.hasher.verify(row.code_hash, parts.code))) return false;
    // a transaction of its own, so that the row of the audit goes with it
    return this.dataSource.transaction(async (manager) => {
      const [, changed] = await manager.query<[unknown, number]>(
        'UPDATE auth.recovery_code SET used_at = clock_timestamp() WHERE user_id = $1 AND locator = $2 AND code_hash = $3 AND used_at IS NULL',
        [userId, parts.locator, row.code_hash],
      );
      return changed === 1;
    });
  }
}

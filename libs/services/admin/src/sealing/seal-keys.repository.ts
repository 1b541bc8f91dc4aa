import { Injectable } from '@nestjs/common';
import { MasterKeys } from '@voiceassist/storage';
import { randomBytes } from 'node:crypto';
import { DataSource, type EntityManager } from 'typeorm';
import { LedgerTables } from '../ledger/ledger-tables.js';

interface WrappingRow {
  readonly wrapping: number;
  readonly master_key_id: string;
  readonly wrapped: Buffer;
}

const keyBytes = 32;
const placeOf = (scope: string) => `audit ledger ${scope}`;

/**
 * The keys that seal the ledger, each wrapped under the master keys once or more often: like the ledger their table can
 * only be added to. Of several wrappings the oldest that opens counts, so that nobody puts another key in a key's place.
 */
@Injectable()
export class SealKeys {
  /** Only keys that were seen committed: one whose transaction is undone must not seal anything. */
  private readonly committed = new Map<string, Buffer>();

  constructor(
    private readonly database: DataSource,
    private readonly tables: LedgerTables,
    private readonly masterKeys: MasterKeys,
  ) {}

  /** Undefined where there is none; throws where there is one that cannot be unwrapped. */
  async find(scope: string, manager: EntityManager = this.database.manager): Promise<Buffer | undefined> {
    const known = this.committed.get(scope);
    if (known) return known;
    const rows = await manager.query<WrappingRow[]>(`SELECT wrapping, master_key_id, wrapped FROM ${this.tables.key} WHERE scope = $1 ORDER BY wrapping`, [scope]);
    const key = rows.length > 0 ? await this.unwrapFirst(rows, scope) : undefined;
    if (key && manager === this.database.manager) this.committed.set(scope, key);
    return key;
  }

  /** The key of a scope, made where there is none; `lastDay` is the last UTC day on which it may seal. */
  async obtain(scope: string, lastDay: string, manager: EntityManager): Promise<Buffer> {
    const known = await this.find(scope, manager);
    if (known) return known;
    await this.addWrapping(manager, { scope, lastDay, wrapping: 1, key: randomBytes(keyBytes) });
    const made = await this.find(scope, manager); // another replica may have been faster
    if (!made) throw new Error(`the key of ${scope} was made, but is not there`);
    return made;
  }

  /** Wraps keys that are not under the current master key anew; answers how many. */
  async rewrap(): Promise<number> {
    const current = await this.masterKeys.currentId();
    const old = await this.database.query<{ scope: string; last_day: string; wrappings: number }[]>(
      `SELECT scope, min(last_day)::text AS last_day, max(wrapping) AS wrappings FROM ${this.tables.key} GROUP BY scope HAVING NOT bool_or(master_key_id = $1)`, [current],
    );
    for (const { scope, last_day: lastDay, wrappings } of old) {
      const key = await this.find(scope);
      if (key) await this.addWrapping(this.database.manager, { scope, lastDay, wrapping: wrappings + 1, key });
    }
    return old.length;
  }

  private async addWrapping(manager: EntityManager, { scope, lastDay, wrapping, key }: { scope: string; lastDay: string; wrapping: number; key: Buffer }): Promise<void> {
    const { masterKeyId, wrapped } = await this.masterKeys.wrap(key, placeOf(scope));
    await manager.query(`INSERT INTO ${this.tables.key} (scope, wrapping, last_day, master_key_id, wrapped) VALUES ($1, $2, $3::date, $4, $5) ON CONFLICT DO NOTHING`, [
      scope, wrapping, lastDay, masterKeyId, Buffer.from(wrapped),
    ]);
  }

  private async unwrapFirst(rows: readonly WrappingRow[], scope: string): Promise<Buffer> {
    const causes: unknown[] = [];
    for (const { master_key_id: masterKeyId, wrapped } of rows) {
      try {
        return await this.masterKeys.unwrap({ masterKeyId, wrapped }, placeOf(scope));
      } catch (error) {
        causes.push(error);
      }
    }
    throw new AggregateError(causes, `no master key opens the key of ${scope} of the audit`);
  }
}

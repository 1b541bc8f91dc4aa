import { locateKeptTable } from '@voiceassist/storage';
import type { DataSource } from 'typeorm';

/** Where the tables of the ledger are: in the keeper's schema, or in the service's own on a database that nobody provisioned. */
export class LedgerTables {
  constructor(
    readonly entry: string,
    readonly checkpoint: string,
    readonly hold: string,
    /** Keys that seal the entries. */
    readonly key: string,
  ) {}

  static async find(database: Pick<DataSource, 'query'>): Promise<LedgerTables> {
    const locate = (table: string) => locateKeptTable(database, { schema: 'admin', table });
    return new LedgerTables(await locate('audit_entry'), await locate('audit_checkpoint'), await locate('audit_hold'), await locate('audit_seal_key'));
  }
}

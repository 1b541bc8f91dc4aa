import type { LedgerEntry } from '../ledger/ledger-entry.js';
import type { SearchColumns } from '../ledger/search-columns.js';
import type { SignedCheckpoint } from '../checkpoints/checkpoint.js';
import type { LedgerTables } from '../ledger/ledger-tables.js';

export type StoredEntry = LedgerEntry & { readonly columns: SearchColumns };

/** Anything that answers SQL: the service's data source, or a connection of an auditor. */
export interface SqlReader {
  query(statement: string, values?: unknown[]): Promise<unknown>;
}

interface EntryRow {
  sequence: string; day: string; position: number; received_at: Date; previous: string; hash: string; record: string;
  audit_id: string; occurred_at: Date; service: string; action: string; kind: string | null; outcome: string; actor_user_id: string | null;
  request_id: string; object_ids: string[]; producer_run: string | null; producer_number: string | null;
}

export interface ProducerRow {
  readonly run: string;
  readonly service: string;
  readonly first: number;
  readonly last: number;
  readonly lastAt: string;
  readonly known: number;
}

function entryOf(row: EntryRow): StoredEntry {
  return {
    sequence: Number(row.sequence), day: row.day, position: row.position, receivedAt: row.received_at.toISOString(), previous: row.previous, hash: row.hash, record: row.record,
    columns: {
      auditId: row.audit_id, occurredAt: row.occurred_at.toISOString(), service: row.service, action: row.action, kind: row.kind, outcome: row.outcome,
      actorUserId: row.actor_user_id, requestId: row.request_id, objectIds: row.object_ids, producerRun: row.producer_run,
      producerNumber: row.producer_number === null ? null : Number(row.producer_number),
    },
  };
}

/** Reads the ledger for its verification, piece by piece. */
export class LedgerSource {
  constructor(
    private readonly sql: SqlReader,
    private readonly tables: Pick<LedgerTables, 'entry' | 'checkpoint'>,
    private readonly keyTable = 'admin.audit_key',
  ) {}

  async lastSequence(): Promise<number> {
    const [row] = await this.rows<{ last: string }>(`SELECT coalesce(max(sequence), 0) AS last FROM ${this.tables.entry}`);
    return Number(row?.last ?? 0);
  }

  async entriesAfter(sequence: number, limit: number): Promise<StoredEntry[]> {
    const rows = await this.rows<EntryRow>(`SELECT *, day::text AS day FROM ${this.tables.entry} WHERE sequence > $1 ORDER BY sequence LIMIT $2`, [sequence, limit]);
    return rows.map(entryOf);
  }

  async checkpointsAfter(number: number, limit: number): Promise<SignedCheckpoint[]> {
    const rows = await this.rows<{ number: string; statement: string; kid: string; signature: string }>(
      `SELECT number, statement, kid, signature FROM ${this.tables.checkpoint} WHERE number > $1 ORDER BY number LIMIT $2`, [number, limit],
    );
    return rows.map((row) => ({ ...row, number: Number(row.number) }));
  }

  async publicKeys(): Promise<Map<string, string>> {
    const rows = await this.rows<{ kid: string; public_key: string }>(`SELECT kid, public_key FROM ${this.keyTable}`);
    return new Map(rows.map(({ kid, public_key: publicKey }) => [kid, publicKey]));
  }

  /** Runs of producers that miss a number. */
  async producersWithGaps(): Promise<ProducerRow[]> {
    return this.rows<ProducerRow>(
      `SELECT producer_run AS run, min(service) AS service, min(producer_number)::int AS first, max(producer_number)::int AS last,
         to_char(max(occurred_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "lastAt", count(DISTINCT producer_number)::int AS known
       FROM ${this.tables.entry} WHERE producer_run IS NOT NULL GROUP BY producer_run
       HAVING count(DISTINCT producer_number) <> max(producer_number)`,
    );
  }

  /** Missing numbers of a run with the moment of the next later row that did arrive. */
  async missingNumbers(run: string, from: number, limit: number): Promise<{ number: number; nextAt: string }[]> {
    return this.rows(
      `SELECT gap::int AS number, (SELECT to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') FROM ${this.tables.entry}
         WHERE producer_run = $1 AND producer_number > gap ORDER BY producer_number LIMIT 1) AS "nextAt"
       FROM generate_series($2::bigint, (SELECT max(producer_number) FROM ${this.tables.entry} WHERE producer_run = $1)) gap
       WHERE NOT EXISTS (SELECT FROM ${this.tables.entry} WHERE producer_run = $1 AND producer_number = gap) ORDER BY gap LIMIT $3`,
      [run, from, limit],
    );
  }

  private async rows<T>(statement: string, values: unknown[] = []): Promise<T[]> {
    return (await this.sql.query(statement, values)) as T[]; // a SELECT gives its rows
  }
}

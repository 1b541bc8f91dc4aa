import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { metricsOf, observeMetrics } from '@voiceassist/kit';
import { DataSource } from 'typeorm';
import { LedgerRepository } from './ledger.repository.js';
import { LedgerTables } from './ledger-tables.js';

const metrics = metricsOf('admin');
const entries = metrics.gauge({ name: 'audit_ledger_entries', description: 'Entries that the audit ledger holds.' });
const checkpointAt = metrics.gauge({ name: 'audit_last_checkpoint_timestamp_seconds', unit: 's', description: 'When the last checkpoint was signed, as a Unix time.' });
const lag = metrics.gauge({ name: 'audit_lag_seconds', unit: 's', description: 'Longest time between an act and the receipt of its record, among those received since the last reading; 0 when there were none.' });

const keptMs = 10_000;
let longestLagMs = 0;

/** Notes how long a record of an act was on its way. */
export function noteReceipt(record: { readonly occurredAt: string }): void {
  longestLagMs = Math.max(longestLagMs, Date.now() - Date.parse(record.occurredAt));
}

/** Shows how the ledger grows and how late it is. */
@Injectable()
export class LedgerMetrics implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private stops: (() => void)[] = [];

  constructor(
    private readonly database: DataSource,
    private readonly tables: LedgerTables,
    private readonly ledger: LedgerRepository,
  ) {}

  onApplicationBootstrap(): void {
    const late = observeMetrics({
      of: [lag],
      read: (see) => {
        see(lag, longestLagMs / 1_000);
        longestLagMs = 0;
      },
    });
    const stored = observeMetrics({
      of: [entries, checkpointAt],
      keptMs,
      read: async (see) => {
        see(entries, await this.ledger.count());
        const [last] = await this.database.query<{ taken_at: string }[]>(`SELECT statement::json->>'takenAt' AS taken_at FROM ${this.tables.checkpoint} ORDER BY number DESC LIMIT 1`);
        if (last) see(checkpointAt, Date.parse(last.taken_at) / 1_000);
      },
    });
    this.stops = [late, stored];
  }

  beforeApplicationShutdown(): void {
    for (const stop of this.stops) stop();
  }
}

import { Injectable } from '@nestjs/common';
import { admin, AuditRecord } from '@voiceassist/contracts';
import { ServiceLogger } from '@voiceassist/kit';
import { DataSource } from 'typeorm';
import { LedgerRepository } from './ledger.repository.js';

const batch = 100;

interface DeadLetter {
  readonly event_id: string;
  readonly payload: unknown;
}

/** Takes up records whose delivery failed so often that they were laid aside: nothing of the audit is given up. */
@Injectable()
export class LaidAsideRecords {
  constructor(
    private readonly database: DataSource,
    private readonly ledger: LedgerRepository,
    private readonly logger: ServiceLogger,
  ) {}

  async takeUp(): Promise<void> {
    const letters = await this.database.query<DeadLetter[]>('SELECT event_id, payload FROM dead_letter WHERE subject = $1 ORDER BY created_at LIMIT $2', [admin.auditRecorded.subject, batch]);
    for (const letter of letters) await this.takeUpOne(letter);
    if (letters.length > 0) this.logger.warn('took up audit records that had been laid aside', { records: letters.length });
  }

  private async takeUpOne({ event_id: eventId, payload }: DeadLetter): Promise<void> {
    const record = AuditRecord.safeParse(payload);
    if (!record.success) return; // stays where it is, for somebody to look at
    await this.database.transaction(async (manager) => {
      await this.ledger.append(record.data, manager);
      await manager.query('DELETE FROM dead_letter WHERE event_id = $1 AND subject = $2', [eventId, admin.auditRecorded.subject]);
    });
  }
}

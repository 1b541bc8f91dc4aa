import { Injectable } from '@nestjs/common';
import { Actor, AuditRecord, auditTellers } from '@voiceassist/contracts';
import { ServiceLogger } from '@voiceassist/kit';
import { DataSource } from 'typeorm';
import { LedgerRepository } from './ledger.repository.js';

const batch = 100;

interface DeadLetter {
  readonly event_id: string;
  readonly payload: unknown;
  readonly subject: string;
  readonly headers: { readonly actor?: unknown };
}

/** Whose rows come on that subject; on the one of releases before, the message says it. */
function tellerOf({ subject, headers }: DeadLetter): string | undefined {
  const actor = Actor.safeParse(headers.actor).data;
  return auditTellers.get(subject) ?? (actor?.type === 'service' ? actor.service : undefined);
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
    const letters = await this.database.query<DeadLetter[]>('SELECT event_id, payload, subject, headers FROM dead_letter WHERE subject = ANY($1::text[]) ORDER BY created_at LIMIT $2', [[...auditTellers.keys()], batch]);
    for (const letter of letters) await this.takeUpOne(letter);
    if (letters.length > 0) this.logger.warn('took up audit records that had been laid aside', { records: letters.length });
  }

  private async takeUpOne(letter: DeadLetter): Promise<void> {
    const { event_id: eventId, payload, subject } = letter;
    const record = AuditRecord.safeParse(payload);
    if (!record.success || record.data.service !== tellerOf(letter)) return; // unreadable, or in the name of another: stays where it is, for somebody to look at
    await this.database.transaction(async (manager) => {
      await this.ledger.append(record.data, manager);
      await manager.query('DELETE FROM dead_letter WHERE event_id = $1 AND subject = $2', [eventId, subject]);
    });
  }
}

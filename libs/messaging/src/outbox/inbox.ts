import type { EventContract } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import type { Logger } from 'pino';
import type { DataSource } from 'typeorm';
import type { MessagingSystem } from '../bus/messaging-attributes.js';
import { asCausedBy } from './cause.js';
import { deliveries, type DeliveryOutcome } from './events.metrics.js';
import type { EventConsumer } from './event-carrier.js';
import type { EventEnvelope } from './event-envelope.js';
import type { EventWork } from './event-work.js';
import { reasonOf } from './reason.js';
import { rowsOf, tableOf } from './service-tables.js';

export interface EventHandler {
  readonly contract: EventContract;
  invoke(payload: unknown, call: Call, work: EventWork): Promise<unknown>;
}

export interface InboxSettings {
  readonly service: string;
  /** What carries the events. */
  readonly system: MessagingSystem;
  readonly dataSource: DataSource;
  readonly logger: Logger;
  /** Failed deliveries after which an event is laid aside as a dead letter. */
  readonly maxDeliveries: number;
}

/** Longest time one handler may take for one event. */
const handlingMs = 30_000;

/** Receives events of one kind for one service: the record of the receipt and the effect commit together, or neither does. */
export class InboxConsumer implements EventConsumer {
  readonly name: string;
  readonly subject: string;

  constructor(
    private readonly handler: EventHandler,
    private readonly settings: InboxSettings,
  ) {
    this.subject = handler.contract.subject;
    this.name = `${settings.service}/${this.subject}`;
  }

  async receive(event: EventEnvelope, attempt: number): Promise<void> {
    const signal = AbortSignal.timeout(handlingMs);
    const { service, system } = this.settings;
    await asCausedBy(event.headers, { subject: this.subject, service, system, timeoutMs: handlingMs, signal }, (call) => this.receiveFor(call, event, attempt));
  }

  private async receiveFor(call: Call, event: EventEnvelope, attempt: number): Promise<void> {
    try {
      const isNew = await this.settings.dataSource.transaction((manager) => this.handle(event, call, { manager, eventId: event.eventId, attempt }));
      this.count(isNew ? 'handled' : 'repeated');
      this.settings.logger.debug({ consumer: this.name, subject: this.subject, eventId: event.eventId, attempt, outcome: isNew ? 'handled' : 'repeated' }, 'event received');
    } catch (error) {
      const reason = reasonOf(error);
      const last = attempt >= this.settings.maxDeliveries;
      this.settings.logger[last ? 'error' : 'warn']({ consumer: this.name, eventId: event.eventId, attempt, err: error }, last ? 'event laid aside as a dead letter' : 'event not handled yet');
      this.count(last ? 'dead-letter' : 'retried');
      if (!last) throw error;
      await this.layAside(event, attempt, reason);
    }
  }

  private count(outcome: DeliveryOutcome): void {
    deliveries.add(1, { service: this.settings.service, subject: this.subject, outcome });
  }

  /** Answers whether the event was new here. */
  private async handle(event: EventEnvelope, call: Call, work: EventWork): Promise<boolean> {
    const { dataSource } = this.settings;
    const inserted = rowsOf(await work.manager.query(
      `INSERT INTO ${tableOf(dataSource, 'inbox')} (consumer, event_id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING event_id`,
      [this.name, event.eventId],
    ));
    if (inserted.length === 0) return false;
    await this.handler.invoke(event.payload, call, work);
    await work.manager.query(`DELETE FROM ${tableOf(dataSource, 'dead_letter')} WHERE consumer = $1 AND event_id = $2`, [this.name, event.eventId]);
    return true;
  }

  /** Keeps the event and the reason; a replay of the producer's outbox tries it again. */
  private async layAside(event: EventEnvelope, attempts: number, reason: string): Promise<void> {
    const { dataSource } = this.settings;
    await dataSource.query(
      `INSERT INTO ${tableOf(dataSource, 'dead_letter')} (consumer, event_id, subject, payload, headers, reason, attempts)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (consumer, event_id) DO UPDATE SET reason = EXCLUDED.reason, attempts = EXCLUDED.attempts, created_at = now()`,
      [this.name, event.eventId, event.subject, JSON.stringify(event.payload), JSON.stringify(event.headers), reason, attempts],
    );
  }
}

import { randomUUID } from 'node:crypto';
import { assertDeclared, type EventContract, type ServiceName } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import type { EntityManager } from 'typeorm';
import { afterCommit } from './after-commit.js';
import { causeOf } from './cause.js';
import type { OutboxStore } from './outbox-store.js';
import { Outbox, type EventToHold, type HeldEvent, type PublishedPayloadOf } from './outbox.js';

/** The outbox as a table of the service's own schema. */
export class SqlOutbox extends Outbox {
  constructor(
    private readonly service: ServiceName,
    private readonly store: OutboxStore,
    private readonly wake: () => void,
  ) {
    super();
  }

  // eslint-disable-next-line no-restricted-syntax -- transaction, event, payload and caller are one sentence
  override async publish<C extends EventContract>(manager: EntityManager, contract: C, payload: PublishedPayloadOf<C>, call: Call): Promise<void> {
    assertDeclared(this.service, 'tells', contract);
    await this.store.insert(manager, {
      eventId: randomUUID(),
      subject: contract.subject,
      payload: contract.payload.parse(payload),
      headers: causeOf(call),
    });
    afterCommit(manager, this.wake);
  }

  override async hold<C extends EventContract>(manager: EntityManager, { contract, payload, call, holdMs }: EventToHold<C>): Promise<HeldEvent> {
    const eventId = randomUUID();
    await this.store.insert(manager, { eventId, subject: contract.subject, payload: contract.payload.parse(payload), headers: causeOf(call) }, holdMs);
    return { eventId };
  }

  override async settle(held: HeldEvent, payload: unknown): Promise<'settled' | 'gone' | 'told'> {
    const outcome = await this.store.settle(held.eventId, payload);
    if (outcome === 'settled') this.wake();
    return outcome;
  }
}

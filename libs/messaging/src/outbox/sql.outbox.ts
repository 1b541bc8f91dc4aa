import { randomUUID } from 'node:crypto';
import { assertDeclared, type EventContract, type ServiceName } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import type { EntityManager } from 'typeorm';
import { afterCommit } from './after-commit.js';
import type { MessagingSystem } from '../bus/messaging-attributes.js';
import { asCauseOf } from './cause.js';
import type { OutboxStore } from './outbox-store.js';
import { Outbox, type EventToHold, type HeldEvent, type PublishedPayloadOf } from './outbox.js';

/** The outbox as a table of the service's own schema. */
export class SqlOutbox extends Outbox {
  constructor(
    private readonly service: ServiceName,
    private readonly store: OutboxStore,
    private readonly wake: () => void,
    private readonly system: MessagingSystem,
  ) {
    super();
  }

  // eslint-disable-next-line no-restricted-syntax -- transaction, event, payload and caller are one sentence
  override async publish<C extends EventContract>(manager: EntityManager, contract: C, payload: PublishedPayloadOf<C>, call: Call): Promise<void> {
    assertDeclared(this.service, 'tells', contract);
    await this.insert(manager, { contract, payload, call });
    afterCommit(manager, this.wake);
  }

  override async hold<C extends EventContract>(manager: EntityManager, { contract, payload, call, holdMs }: EventToHold<C>): Promise<HeldEvent> {
    return { eventId: await this.insert(manager, { contract, payload, call }, holdMs) };
  }

  override async settle(held: HeldEvent, payload: unknown): Promise<'settled' | 'gone' | 'told'> {
    const outcome = await this.store.settle(held.eventId, payload);
    if (outcome === 'settled') this.wake();
    return outcome;
  }

  private async insert<C extends EventContract>(manager: EntityManager, { contract, payload, call }: Omit<EventToHold<C>, 'holdMs'>, holdMs?: number): Promise<string> {
    const eventId = randomUUID();
    const { subject } = contract;
    const checked = contract.payload.parse(payload);
    await asCauseOf({ subject, system: this.system, call }, (headers) => this.store.insert(manager, { eventId, subject, payload: checked, headers }, holdMs));
    return eventId;
  }
}

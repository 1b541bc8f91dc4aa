import { randomUUID } from 'node:crypto';
import type { EventContract } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import type { EntityManager } from 'typeorm';
import { afterCommit } from './after-commit.js';
import { causeOf } from './cause.js';
import type { OutboxStore } from './outbox-store.js';
import { Outbox, type PublishedPayloadOf } from './outbox.js';

/** The outbox as a table of the service's own schema. */
export class SqlOutbox extends Outbox {
  constructor(
    private readonly store: OutboxStore,
    private readonly wake: () => void,
  ) {
    super();
  }

  // eslint-disable-next-line no-restricted-syntax -- transaction, event, payload and caller are one sentence
  override async publish<C extends EventContract>(manager: EntityManager, contract: C, payload: PublishedPayloadOf<C>, call: Call): Promise<void> {
    await this.store.insert(manager, {
      eventId: randomUUID(),
      subject: contract.subject,
      payload: contract.payload.parse(payload),
      headers: causeOf(call),
    });
    afterCommit(manager, this.wake);
  }
}

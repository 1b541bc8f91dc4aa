import type { EventContract } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import type { EntityManager } from 'typeorm';
import type { z } from 'zod';

/** What a publisher gives; defaults may be left out. */
export type PublishedPayloadOf<C extends EventContract> = z.input<C['payload']>;

/** An event that waits in the outbox for its last word. */
export interface HeldEvent {
  readonly eventId: string;
}

export interface EventToHold<C extends EventContract> {
  readonly contract: C;
  readonly payload: PublishedPayloadOf<C>;
  readonly call: Call;
  /** It is told as it is when nobody settles it within this time. */
  readonly holdMs: number;
}

/**
 * Tells events in the transaction of the change they tell about: if it rolls back, nothing was said; once it commits,
 * every interested service hears of it at least once, whatever crashes in between. Published rows stay for at least
 * seven days, so that they can be told again.
 */
export abstract class Outbox {
  /** Records the event in the manager's transaction; a payload that does not fit the contract throws. */
  abstract publish<C extends EventContract>(manager: EntityManager, contract: C, payload: PublishedPayloadOf<C>, call: Call): Promise<void>;

  /** Records the event in the manager's transaction, but tells it only once it is settled or its time is up. */
  abstract hold<C extends EventContract>(manager: EntityManager, event: EventToHold<C>): Promise<HeldEvent>;

  /** Gives a held event its last payload and tells it. `gone`: its transaction was rolled back. `told`: it was too late. */
  abstract settle(held: HeldEvent, payload: unknown): Promise<'settled' | 'gone' | 'told'>;
}

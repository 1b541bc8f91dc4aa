import type { EntityManager } from 'typeorm';

/** What an event's handler learns about the delivery; the same event may arrive again under the same id. */
export interface EventWork {
  /**
   * The transaction that also records the event as received. Effects made through it happen exactly once;
   * inside the handler no other database access is allowed.
   */
  readonly manager: EntityManager;
  readonly eventId: string;
  /** Counts from 1. */
  readonly attempt: number;
}

import type { EntityManager } from 'typeorm';

/** What an event's handler learns about the delivery; the same event may arrive again under the same id. */
export interface EventWork {
  /**
   * The transaction that also records the event as received. Effects made through it happen exactly once;
   * until the handler ends use no other database access, and ask no other service: embedded, all share one session.
   */
  readonly manager: EntityManager;
  readonly eventId: string;
  /** Counts from 1. */
  readonly attempt: number;
}

import type { EventEnvelope } from './event-envelope.js';

/** The carrier is about to be ready: not a fault. */
export class CarrierStarting extends Error {}

/** One service's interest in one kind of event. */
export interface EventConsumer {
  /** Names the consumer for ever: `<service>/<subject>`. */
  readonly name: string;
  readonly subject: string;
  /** Resolves once the event needs no further delivery (its effect is committed or it is a dead letter); rejects to get it again. */
  receive(event: EventEnvelope, attempt: number): Promise<void>;
}

/** Which time an event is told: a repeated attempt may be recognised as the same, a replay must arrive again. */
export interface Telling {
  /** Counts from 1. */
  readonly attempt: number;
  /** How often it was told anew after it had been accepted. */
  readonly replay: number;
}

export interface Consumption {
  /** Takes no further event and waits for those in hand. */
  stop(): Promise<void>;
}

/**
 * Carries events from relays to consumers, at least once. It may forget everything at any time: outboxes tell again
 * whatever it had not accepted, and everything once its generation changes.
 */
export abstract class EventCarrier {
  /** How long to wait before the first repetition; it doubles from there. */
  abstract readonly retry: { readonly firstMs: number; readonly longestMs: number };

  /** Name of the carrier's present memory; rejects while it cannot accept events. */
  abstract generation(): Promise<string>;
  /** Resolves once the event is certain to reach every consumer as long as the generation stays the same. */
  abstract publish(event: EventEnvelope, telling: Telling): Promise<void>;
  /** Announces a service that will consume, before any relay of the process begins. */
  abstract expect(service: string): void;
  /** Starts delivering to all consumers of a service at once. */
  abstract consume(service: string, consumers: readonly EventConsumer[]): Promise<Consumption>;
  /** Calls back whenever waiting events have a new chance; answers how to stop that. */
  abstract onReady(listener: () => void): () => void;
  /** Resolves when the carrier answers. */
  abstract check(signal: AbortSignal): Promise<void>;
  abstract close(): Promise<void>;
}

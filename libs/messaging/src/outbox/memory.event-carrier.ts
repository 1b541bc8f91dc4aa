import { CarrierStarting, EventCarrier, type Consumption, type EventConsumer, type Telling } from './event-carrier.js';
import type { EventEnvelope } from './event-envelope.js';

interface Lane {
  readonly consumer: EventConsumer;
  /** Resolves when the deliveries so far are over, so that one consumer hears events one after another. */
  tail: Promise<unknown>;
}

/**
 * Hands events to the services of this process. It keeps nothing: an event is accepted once every consumer has received
 * it, and none is accepted before all expected services consume or after the first has stopped.
 */
export class MemoryEventCarrier extends EventCarrier {
  readonly retry: EventCarrier['retry'];
  private readonly expected = new Set<string>();
  private readonly lanes = new Map<string, readonly Lane[]>();
  private readonly listeners = new Set<() => void>();
  private stopping = false;

  constructor(retryMs: number) {
    super();
    this.retry = { firstMs: retryMs, longestMs: 60_000 };
  }

  async generation(): Promise<string> {
    if (this.stopping) throw new Error('the process is stopping');
    const missing = [...this.expected].filter((service) => !this.lanes.has(service));
    if (missing.length > 0) throw new CarrierStarting(`not yet consuming: ${missing.join(', ')}`);
    return 'memory';
  }

  async publish(event: EventEnvelope, { attempt }: Telling): Promise<void> {
    await this.generation();
    const wire = JSON.stringify(event);
    const deliveries = [...this.lanes.values()]
      .flat()
      .filter(({ consumer }) => consumer.subject === event.subject)
      .map((lane) => this.deliver(lane, wire, attempt));
    const failed = (await Promise.allSettled(deliveries)).find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  expect(service: string): void {
    this.expected.add(service);
  }

  async consume(service: string, consumers: readonly EventConsumer[]): Promise<Consumption> {
    const lanes = consumers.map((consumer) => ({ consumer, tail: Promise.resolve() }));
    this.lanes.set(service, lanes);
    for (const listener of this.listeners) listener();
    return {
      stop: async () => {
        this.stopping = true;
        await Promise.all(lanes.map((lane: Lane) => lane.tail));
      },
    };
  }

  onReady(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Always answers: a service that does not consume yet is not yet started, not broken. */
  async check(): Promise<void> {}

  async close(): Promise<void> {
    this.stopping = true;
    this.listeners.clear();
  }

  private deliver(lane: Lane, wire: string, attempt: number): Promise<void> {
    const delivery = lane.tail.then(() => {
      if (this.stopping) throw new Error('the process is stopping');
      return lane.consumer.receive(JSON.parse(wire) as EventEnvelope, attempt); // it was an envelope a moment ago
    });
    lane.tail = delivery.catch(() => undefined);
    return delivery;
  }
}

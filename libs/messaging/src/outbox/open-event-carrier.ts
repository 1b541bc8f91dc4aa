import type { Logger } from 'pino';
import type { NatsAddress } from '../carriers/nats-address.js';
import type { EventCarrier } from './event-carrier.js';

export interface EventCarrierOptions {
  /** `memory:` or where NATS is. */
  readonly address: NatsAddress;
  readonly retryMs: number;
  readonly replicas: number;
  readonly logger: Logger;
}

/** Opens the event carrier that fits the message bus. */
export async function openEventCarrier(options: EventCarrierOptions): Promise<EventCarrier> {
  if (options.address.url === 'memory:') {
    const { MemoryEventCarrier } = await import('./memory.event-carrier.js');
    return new MemoryEventCarrier(options.retryMs);
  }
  const [{ JetStreamEventCarrier }, { natsOptions }] = await Promise.all([import('./jetstream.event-carrier.js'), import('../carriers/nats-options.js')]);
  const carrier = new JetStreamEventCarrier({
    connection: natsOptions(options.address),
    retryMs: options.retryMs,
    replicas: options.replicas,
    logger: options.logger,
  });
  carrier.open();
  return carrier;
}

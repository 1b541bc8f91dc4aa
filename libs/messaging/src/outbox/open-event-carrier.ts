import type { Logger } from 'pino';
import type { EventCarrier } from './event-carrier.js';

export interface EventCarrierOptions {
  /** `memory:` or `nats://host:port[,host:port…]`. */
  readonly url: string;
  readonly user?: string;
  readonly password?: string;
  /** Name of the connection, seen at the server. */
  readonly name: string;
  readonly retryMs: number;
  readonly replicas: number;
  readonly logger: Logger;
}

/** Opens the event carrier that fits the message bus. */
export async function openEventCarrier(options: EventCarrierOptions): Promise<EventCarrier> {
  if (options.url === 'memory:') {
    const { MemoryEventCarrier } = await import('./memory.event-carrier.js');
    return new MemoryEventCarrier(options.retryMs);
  }
  const { JetStreamEventCarrier } = await import('./jetstream.event-carrier.js');
  const carrier = new JetStreamEventCarrier({
    connection: { servers: options.url.split(','), user: options.user, pass: options.password, name: options.name },
    retryMs: options.retryMs,
    replicas: options.replicas,
    logger: options.logger,
  });
  carrier.open();
  return carrier;
}

import { Carrier, type Listening, type ListenRequest, type Message, type OutgoingExchange, type Receiver } from './carrier.js';
import type { NatsAddress } from './nats-address.js';
import { NatsCaller } from './nats-caller.js';
import { NatsLink } from './nats-link.js';
import { NatsListener } from './nats-listener.js';

/** Carries calls between processes over NATS; replicas of a service form a queue group. */
export class NatsCarrier extends Carrier {
  readonly name = 'nats';
  private readonly caller: NatsCaller;

  private constructor(private readonly link: NatsLink, { service, onRefused }: NatsAddress) {
    super();
    this.caller = new NatsCaller(link, service);
    if (onRefused) link.whenRefused(onRefused);
  }

  static async connect(address: NatsAddress): Promise<NatsCarrier> {
    return new NatsCarrier(await NatsLink.open(address), address);
  }

  listen(request: ListenRequest): Promise<Listening> {
    return new NatsListener(this.link, request).start();
  }

  open(message: Message, receiver: Receiver): OutgoingExchange {
    return this.caller.open(message, receiver);
  }

  check(signal: AbortSignal): Promise<void> {
    return this.link.check(signal);
  }

  async close(): Promise<void> {
    this.caller.close();
    await this.link.close();
  }
}

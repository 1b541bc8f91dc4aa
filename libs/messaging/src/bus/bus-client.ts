import type { CallableContract, InputOf, ItemOf, OutputOf, RequestContract, ServiceName, StreamContract } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import type { Logger } from 'pino';
import type { Carrier } from '../carriers/carrier.js';
import { Bus, type ClientOf, type ServiceNamespace } from './bus.js';
import type { BusTelemetry } from './bus-telemetry.js';
import { ask } from './ask.js';
import { StreamReader } from './stream-reader.js';

/** What every outgoing call needs. */
export interface Sender {
  /** The service that asks. */
  readonly service: ServiceName;
  readonly carrier: Carrier;
  readonly telemetry: BusTelemetry;
  readonly logger: Logger;
}

const isCallable = (operation: unknown): operation is CallableContract =>
  typeof operation === 'object' && operation !== null && 'verb' in operation && (operation.verb === 'request' || operation.verb === 'stream');

/** The bus over a carrier. */
export class BusClient extends Bus {
  private readonly clients = new WeakMap<ServiceNamespace, object>();

  constructor(private readonly sender: Sender) {
    super();
  }

  client<S extends ServiceNamespace>(service: S): ClientOf<S> {
    const known = this.clients.get(service) ?? this.methodsOf(service);
    this.clients.set(service, known);
    return known as ClientOf<S>; // one method per callable operation, made from the same object as the type
  }

  async request<C extends RequestContract>(contract: C, input: InputOf<C>, call: Call): Promise<OutputOf<C>> {
    return ask(this.sender, { contract, input, call }) as Promise<OutputOf<C>>; // parsed by contract.output
  }

  stream<C extends StreamContract>(contract: C, input: InputOf<C>, call: Call): AsyncIterable<ItemOf<C>> {
    return new StreamReader<ItemOf<C>>(this.sender, { contract, input, call });
  }

  private methodsOf(service: ServiceNamespace): object {
    const methods = Object.entries(service)
      .filter(([, operation]) => isCallable(operation))
      .map(([name, operation]) => [name, this.methodOf(operation as CallableContract)] as const);
    return Object.fromEntries(methods);
  }

  private methodOf(contract: CallableContract) {
    return contract.verb === 'request'
      ? (input: unknown, call: Call) => this.request(contract, input, call)
      : (input: unknown, call: Call) => this.stream(contract, input, call);
  }
}

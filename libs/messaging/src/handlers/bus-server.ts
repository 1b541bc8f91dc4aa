import { setTimeout as delay } from 'node:timers/promises';
import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import type { AnyContract } from '@voiceassist/contracts';
import { commonFailure } from '@voiceassist/kit';
import type { Carrier, Listening } from '../carriers/carrier.js';
import type { CallServer } from './call-server.js';
import type { CallableHandler, HandlerTable } from './handler-table.js';
import { ReceivedCall } from './received-call.js';

export interface BusServerParts {
  readonly service: string;
  readonly carrier: Carrier;
  readonly handlers: HandlerTable;
  readonly calls: CallServer;
  /** How long a drain waits for calls in hand; `close` ends the rest with UNAVAILABLE. */
  readonly drainMs: number;
}

/** How long a closing service waits for handlers that have been told to end. */
const closingMs = 2_000;

/** Nest's side of the bus: collects the `@Handles` methods of a module and serves its requests and streams on a carrier. */
export class BusServer extends Server implements CustomTransportStrategy {
  override transportId = Symbol('voiceassist:bus');
  private readonly inHand = new Map<ReceivedCall, Promise<void>>();
  private listening?: Listening;

  constructor(private readonly parts: BusServerParts) {
    super();
  }

  override addHandler(...[pattern, run, , extras]: Parameters<Server['addHandler']>): void {
    this.parts.handlers.add({ pattern: String(pattern), contract: extras?.contract as AnyContract | undefined, run }); // put there by @Handles
  }

  /** Refuses to listen, with every fault in one error, unless the handlers fit the contract exactly. */
  listen(callback: (error?: unknown) => void): void {
    this.open().then(() => callback(), callback);
  }

  /** Takes no new calls, finishes those in hand or ends them when the time is up. */
  async drain(): Promise<void> {
    await this.listening?.stop();
    this.listening = undefined;
    await this.idleWithin(this.parts.drainMs);
  }

  /** Ends what is still in hand; generators get a moment for their `finally`. */
  async close(): Promise<void> {
    await this.listening?.stop();
    this.listening = undefined;
    for (const received of this.inHand.keys()) received.end(commonFailure('UNAVAILABLE', 'The service is shutting down.'));
    await this.idleWithin(closingMs);
  }

  on(): void {
    // the bus reports its state through readiness, not through events
  }

  unwrap<T>(): T {
    return this.parts.carrier as T; // Nest's signature: the caller names the type
  }

  private async open(): Promise<void> {
    const { service, carrier, handlers } = this.parts;
    const faults = handlers.faults();
    if (faults.length > 0) throw new Error(`${service} does not handle what its contract says:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    const callables = handlers.callables();
    this.listening = await carrier.listen({
      service,
      subjects: [...callables.keys()],
      accept: (exchange) => {
        const handler = callables.get(exchange.message.subject);
        if (handler) this.take(handler, new ReceivedCall(handler.contract, exchange));
      },
    });
  }

  private take(handler: CallableHandler, received: ReceivedCall): void {
    const serving = this.parts.calls.serve(handler, received);
    this.inHand.set(received, serving.then(() => received.done()).finally(() => this.inHand.delete(received)));
  }

  private async idleWithin(limitMs: number): Promise<void> {
    const giveUp = new AbortController();
    const idle = async () => {
      while (this.inHand.size > 0) await Promise.allSettled(this.inHand.values());
      giveUp.abort();
    };
    await Promise.race([idle(), delay(limitMs, undefined, { signal: giveUp.signal }).catch(() => undefined)]);
  }
}

import type { MessageHandler } from '@nestjs/microservices';
import type { AnyContract, CallableContract, ServiceContract } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import { checkedInput } from '../bus/checked.js';
import { HandlerRegistry, type ContractOfVerb, type RegisteredHandler, type Verb } from './handler-registry.js';
import { settledResult } from './nest-result.js';

/** One method that Nest found, with the contract that `@Handles` put on it. */
export interface FoundHandler {
  readonly pattern: string;
  readonly contract?: AnyContract;
  readonly run: MessageHandler;
}

export type CallableHandler = FoundHandler & { readonly contract: CallableContract };

type Operations = Pick<ServiceContract, 'name' | 'operations'>;

/** Everything the service handles; knows what is missing, repeated or not its own. */
export class HandlerTable extends HandlerRegistry {
  private readonly found: FoundHandler[] = [];

  constructor(private readonly service: Operations) {
    super();
  }

  add(handler: FoundHandler): void {
    this.found.push(handler);
  }

  handlersOf<V extends Verb>(verb: V): readonly RegisteredHandler<ContractOfVerb<V>>[] {
    return this.found
      .filter((handler): handler is FoundHandler & { contract: ContractOfVerb<V> } => handler.contract?.verb === verb)
      .map((handler) => ({ contract: handler.contract, invoke: (payload, call, work) => invoke(handler, payload, [call, work]) }));
  }

  callables(): ReadonlyMap<string, CallableHandler> {
    const entries = this.found.filter(
      (handler): handler is CallableHandler => handler.contract?.verb === 'request' || handler.contract?.verb === 'stream',
    );
    return new Map(entries.map((handler) => [handler.contract.subject, handler]));
  }

  /** Every fault in one sentence each; empty when the service handles exactly what its contract says. */
  faults(): string[] {
    return [...this.missing(), ...this.repeated(), ...this.foreign()];
  }

  private missing(): string[] {
    const handled = new Set(this.found.map(({ pattern }) => pattern));
    return Object.entries(this.service.operations)
      .filter(([, { verb, subject }]) => verb !== 'event' && !handled.has(subject))
      .map(([name, { verb, subject }]) => `${verb} ${name} (${subject}) has no handler`);
  }

  private repeated(): string[] {
    const counts = new Map<string, number>();
    for (const { pattern } of this.found) counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
    return [...counts].filter(([, count]) => count > 1).map(([subject, count]) => `${subject} has ${count} handlers, one is allowed`);
  }

  private foreign(): string[] {
    const own = new Set(Object.values(this.service.operations).map(({ subject }) => subject));
    return this.found.flatMap(({ pattern, contract }) => {
      if (!contract) return [`${pattern} is handled without a contract; use @Handles`];
      return contract.verb === 'event' || own.has(pattern) ? [] : [`${contract.verb} ${pattern} belongs to another service`];
    });
  }
}

async function invoke({ contract, run }: Pick<FoundHandler, 'run'> & { readonly contract: AnyContract }, payload: unknown, rest: [Call, unknown]): Promise<unknown> {
  const parsed: unknown = checkedInput('payload' in contract ? contract.payload : contract.input, payload);
  // Nest hands every argument on to the method, although its type names two only
  const method = run as (...parameters: unknown[]) => Promise<unknown>;
  return settledResult(await method(parsed, ...rest));
}

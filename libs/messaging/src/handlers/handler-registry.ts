import type { AnyContract } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';

export type Verb = AnyContract['verb'];
export type ContractOfVerb<V extends Verb> = Extract<AnyContract, { readonly verb: V }>;

export interface RegisteredHandler<C extends AnyContract = AnyContract> {
  readonly contract: C;
  /** Parses the payload by the contract and runs the handler through Nest; fails as the handler fails. */
  invoke(payload: unknown, call: Call, work: unknown): Promise<unknown>;
}

/** The `@Handles` methods of one service, once its module has been built. */
export abstract class HandlerRegistry {
  abstract handlersOf<V extends 'event' | 'job'>(verb: V): readonly RegisteredHandler<ContractOfVerb<V>>[];
}

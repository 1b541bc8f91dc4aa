import type {
  AnyContract, CallableContract, InputOf, ItemOf, OutputOf, RequestContract, ServiceContract, StreamContract,
} from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';

/** Anything made by `service(...)`. */
export interface ServiceNamespace {
  readonly $service: ServiceContract;
}

type Ask<C> = C extends RequestContract
  ? (input: InputOf<C>, call: Call) => Promise<OutputOf<C>>
  : C extends StreamContract
    ? (input: InputOf<C>, call: Call) => AsyncIterable<ItemOf<C>>
    : never;

type CallableKeys<S> = { [K in keyof S]: S[K] extends AnyContract ? (S[K] extends CallableContract ? K : never) : never }[keyof S];

/** Every request and stream of a service as a typed method. */
export type ClientOf<S> = { readonly [K in CallableKeys<S>]: Ask<S[K]> };

/**
 * Asks services by contract, wherever they run. Every failure is an `AppError`: a declared code, or `INVALID_INPUT`,
 * `TIMEOUT` (deadline of the call or of the contract), `CANCELLED` (`call.signal`), `UNAVAILABLE` (nobody answers,
 * connection lost), `MESSAGE_TOO_LARGE` (above 1 MB) or `INTERNAL` (a bug at the other side, without detail).
 */
export abstract class Bus {
  /** Typed methods of one service: `bus.client(kb).searchPassages(input, call)`. */
  abstract client<S extends ServiceNamespace>(service: S): ClientOf<S>;

  abstract request<C extends RequestContract>(contract: C, input: InputOf<C>, call: Call): Promise<OutputOf<C>>;

  /**
   * Items in order, produced no faster than they are read (at most one window ahead). Starts with the first `next()`;
   * leaving the loop stops the producer. It can be read once.
   */
  abstract stream<C extends StreamContract>(contract: C, input: InputOf<C>, call: Call): AsyncIterable<ItemOf<C>>;
}

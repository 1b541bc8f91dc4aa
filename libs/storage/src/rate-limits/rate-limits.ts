export interface RateLimitRequest {
  /** Which limit, for example `login`; the same name always has the same points and window. */
  readonly name: string;
  /** Whom it limits: an address, an account. It is hashed before it is kept. */
  readonly key: string;
  /** How many calls a window allows. */
  readonly points: number;
  /** Length of a window; kept in whole seconds, rounded up. */
  readonly windowMs: number;
}

export interface RateLimitDecision {
  readonly allowed: boolean;
  /** Calls certainly left in this window. */
  readonly remaining: number;
  readonly windowEndsInMs: number;
  /** When to come back; 0 when allowed. */
  readonly retryAfterMs: number;
}

/**
 * Counts calls in fixed windows, across all replicas when the store is shared. It never fails because of its store:
 * while that is away, every process counts for itself. Neither names nor addresses of people reach the store.
 */
export abstract class RateLimits {
  /** Counts one call and says whether it may go on. */
  abstract consume(request: RateLimitRequest): Promise<RateLimitDecision>;
}

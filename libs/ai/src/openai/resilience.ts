import { BrokenCircuitError, ConsecutiveBreaker, DelegateBackoff, circuitBreaker, handleWhen, retry, wrap, type CircuitBreakerPolicy, type IRetryBackoffContext } from 'cockatiel';
import { AppError } from '@voiceassist/kit';
import { mayPass, retryAfterMs, vendorUnavailable, type VendorPort } from './vendor-errors.js';

export interface ResilienceSettings {
  readonly attempts: number;
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
  /** Failed calls in a row after which nobody is asked for a while. */
  readonly breakAfter: number;
  readonly breakMs: number;
}

export const defaultResilience: ResilienceSettings = { attempts: 3, firstDelayMs: 250, longestDelayMs: 15_000, breakAfter: 5, breakMs: 10_000 };

/** Exponential with full jitter, unless the vendor names a time. */
function delayOf(context: IRetryBackoffContext<unknown>, settings: ResilienceSettings): number {
  const asked = 'error' in context.result ? retryAfterMs(context.result.error) : null;
  if (asked !== null) return asked;
  const ceiling = Math.min(settings.longestDelayMs, settings.firstDelayMs * 2 ** context.attempt);
  return settings.firstDelayMs / 2 + Math.random() * (ceiling - settings.firstDelayMs / 2);
}

/**
 * Retries a request to a vendor while that may help, and stops asking for a while after several failures in a row.
 * Whatever finally fails is an `AppError` of the port, except an abort, which passes through.
 */
export class Resilience {
  private readonly breaker: CircuitBreakerPolicy;
  private readonly settings: ResilienceSettings;

  constructor(
    private readonly port: VendorPort,
    settings: Partial<ResilienceSettings> = {},
    onCircuit: (isOpen: boolean) => void = () => undefined,
  ) {
    this.settings = { ...defaultResilience, ...settings };
    const weighs = (error: unknown) => mayPass(error) || (error instanceof AppError && error.kind === 'timeout');
    this.breaker = circuitBreaker(handleWhen(weighs), { breaker: new ConsecutiveBreaker(this.settings.breakAfter), halfOpenAfter: this.settings.breakMs });
    this.breaker.onBreak(() => onCircuit(true));
    this.breaker.onReset(() => onCircuit(false));
  }

  async run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const { settings } = this;
    const worthAnother = (error: unknown) => !signal.aborted && mayPass(error) && (retryAfterMs(error) ?? 0) <= settings.longestDelayMs;
    const backoff = new DelegateBackoff((context: IRetryBackoffContext<unknown>) => delayOf(context, settings));
    const retrying = retry(handleWhen(worthAnother), { maxAttempts: settings.attempts - 1, backoff });
    try {
      return await wrap(this.breaker, retrying).execute(work, signal);
    } catch (error) {
      if (signal.aborted || error instanceof AppError) throw error;
      throw vendorUnavailable(this.port, error instanceof BrokenCircuitError ? undefined : error);
    }
  }
}

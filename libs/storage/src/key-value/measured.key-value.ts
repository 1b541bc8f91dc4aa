import { KeyValue } from './key-value.js';
import { operationDuration, operationFailures, type Operation, type Store } from './key-value.metrics.js';

/** A key-value store whose operations are counted and timed. */
export class MeasuredKeyValue extends KeyValue {
  constructor(
    private readonly inner: KeyValue,
    private readonly store: Store,
  ) {
    super();
  }

  get(key: string): Promise<string | null> {
    return this.measure('get', () => this.inner.get(key));
  }

  set(key: string, value: string, ttlMs: number): Promise<void> {
    return this.measure('set', () => this.inner.set(key, value, ttlMs));
  }

  setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean> {
    return this.measure('setIfAbsent', () => this.inner.setIfAbsent(key, value, ttlMs));
  }

  take(key: string): Promise<string | null> {
    return this.measure('take', () => this.inner.take(key));
  }

  increment(key: string, ttlMs: number): Promise<number> {
    return this.measure('increment', () => this.inner.increment(key, ttlMs));
  }

  delete(key: string): Promise<void> {
    return this.measure('delete', () => this.inner.delete(key));
  }

  private async measure<T>(operation: Operation, work: () => Promise<T>): Promise<T> {
    const { store } = this;
    const begun = performance.now();
    try {
      return await work();
    } catch (error) {
      operationFailures.add(1, { store, operation });
      throw error;
    } finally {
      operationDuration.record((performance.now() - begun) / 1_000, { store, operation });
    }
  }
}

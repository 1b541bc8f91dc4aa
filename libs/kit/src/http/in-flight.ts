import type { ServerResponse } from 'node:http';

/** Counts requests that are being answered, so that a stopping server can wait for the last. */
export class InFlight {
  private count = 0;
  private readonly waiting = new Set<() => void>();

  add(response: ServerResponse): void {
    this.count += 1;
    response.once('close', () => {
      this.count -= 1;
      if (this.count > 0) return;
      for (const wake of this.waiting) wake();
      this.waiting.clear();
    });
  }

  /** Resolves as soon as nothing is in hand. */
  idle(): Promise<void> {
    return this.count === 0 ? Promise.resolve() : new Promise((resolve) => this.waiting.add(resolve));
  }
}

import type { Logger } from 'pino';
import { withDeadline } from './deadline.js';

interface Closer {
  readonly name: string;
  readonly close: () => Promise<void>;
}

/** What must be closed, in the order in which it was opened; closing goes the other way and stops at no failure. */
export class Closers {
  private readonly stack: Closer[] = [];

  constructor(private readonly logger: Logger) {}

  push(name: string, close: () => Promise<void>): void {
    this.stack.push({ name, close });
  }

  /** Each closer may take so long; a late or failing one is logged and left behind. */
  async close(timeoutMs: number): Promise<void> {
    for (let closer = this.stack.pop(); closer; closer = this.stack.pop()) {
      const { name, close } = closer;
      try {
        await withDeadline(name, timeoutMs, close);
      } catch (error) {
        this.logger.error({ err: error, closer: name }, 'closing failed');
      }
    }
  }
}

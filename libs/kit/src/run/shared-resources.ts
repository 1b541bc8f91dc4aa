import type { Logger } from 'pino';
import { Closers } from './closers.js';

interface Closable {
  close(): Promise<void>;
}

/** What the services of one process open together: each key once, closed after the last service is down, newest first. */
export class SharedResources {
  private readonly opened = new Map<string, Promise<Closable>>();
  private readonly closers: Closers;

  constructor(logger: Logger) {
    this.closers = new Closers(logger);
  }

  async share<T extends Closable>(key: string, open: () => Promise<T>): Promise<T> {
    const already = this.opened.get(key);
    if (already) return (await already) as T; // the same key is always opened by the same part
    const opening = open();
    this.opened.set(key, opening);
    try {
      const resource = await opening;
      this.closers.push(`shared ${key}`, () => resource.close());
      return resource;
    } catch (error) {
      this.opened.delete(key);
      throw error;
    }
  }

  async close(timeoutMs: number): Promise<void> {
    await this.closers.close(timeoutMs);
  }
}

import { commonFailure } from '@voiceassist/kit';
import { checkEntry, KeyValue } from './key-value.js';

interface Entry {
  value: string;
  readonly expiresAt: number;
}

const sweepEveryMs = 30_000;

/** Entries in this process's memory: for a product that runs in one process. Full means UNAVAILABLE, nothing is evicted. */
export class MemoryKeyValue extends KeyValue {
  readonly #entries = new Map<string, Entry>();
  readonly #sweeper = setInterval(() => this.#sweep(), sweepEveryMs).unref();

  constructor(private readonly maxEntries = 100_000) {
    super();
  }

  async get(key: string): Promise<string | null> {
    checkEntry({ key });
    return this.#find(key)?.value ?? null;
  }

  async set(key: string, value: string, ttlMs: number): Promise<void> {
    checkEntry({ key, value, ttlMs });
    this.#put(key, value, ttlMs);
  }

  async setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean> {
    checkEntry({ key, value, ttlMs });
    if (this.#find(key)) return false;
    this.#put(key, value, ttlMs);
    return true;
  }

  async take(key: string): Promise<string | null> {
    checkEntry({ key });
    const entry = this.#find(key);
    this.#entries.delete(key);
    return entry?.value ?? null;
  }

  async increment(key: string, ttlMs: number): Promise<number> {
    checkEntry({ key, ttlMs });
    const entry = this.#find(key);
    if (!entry) {
      this.#put(key, '1', ttlMs);
      return 1;
    }
    if (!/^-?\d+$/.test(entry.value)) throw new Error(`the value of a counter is no number`);
    entry.value = String(Number(entry.value) + 1);
    return Number(entry.value);
  }

  async delete(key: string): Promise<void> {
    checkEntry({ key });
    this.#entries.delete(key);
  }

  close(): void {
    clearInterval(this.#sweeper);
    this.#entries.clear();
  }

  #find(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (!entry || entry.expiresAt > Date.now()) return entry;
    this.#entries.delete(key);
    return undefined;
  }

  #put(key: string, value: string, ttlMs: number): void {
    if (this.#entries.size >= this.maxEntries && !this.#entries.has(key)) this.#sweep();
    if (this.#entries.size >= this.maxEntries && !this.#entries.has(key)) throw commonFailure('UNAVAILABLE', 'The key-value store is full.');
    this.#entries.set(key, { value, expiresAt: Date.now() + ttlMs });
  }

  #sweep(): void {
    const now = Date.now();
    for (const [key, entry] of this.#entries) if (entry.expiresAt <= now) this.#entries.delete(key);
  }
}

/** Items a stream's server may send before it has to wait for its reader. */
export const windowItems = 32;

/** What a reader has room for: the server takes one credit before it asks the generator for an item. */
export class Credit {
  private wake?: () => void;

  constructor(private available: number) {}

  grant(items: number): void {
    this.available += items;
    this.wake?.();
  }

  /** Waits until there is room for one item; rejects with the signal's reason when it is aborted first. */
  async take(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.available <= 0) await this.granted(signal);
    this.available -= 1;
  }

  private granted(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void) => {
        this.wake = undefined;
        signal.removeEventListener('abort', onAbort);
        finish();
      };
      const onAbort = () => settle(() => reject(signal.reason as Error));
      signal.addEventListener('abort', onAbort);
      this.wake = () => settle(resolve);
    });
  }
}

/** The reader's side: grants in halves of the window, so that not every item costs a message. */
export class Grants {
  private consumed = 0;

  constructor(private readonly send: (items: number) => void, private readonly window = windowItems) {}

  itemConsumed(): void {
    this.consumed += 1;
    if (this.consumed * 2 < this.window) return;
    this.send(this.consumed);
    this.consumed = 0;
  }
}

const apartMs = 200;

/** Lets frequent news pass only every now and then, one at a time; progress that gets lost is no loss. */
export class Pace {
  private last = 0;
  private running: Promise<void> | null = null;

  at(tell: () => Promise<void>): void {
    if (this.running || Date.now() - this.last < apartMs) return;
    this.last = Date.now();
    this.running = tell()
      .catch(() => undefined)
      .finally(() => (this.running = null));
  }

  /** Resolves when nothing is being told any more. */
  async settled(): Promise<void> {
    await this.running;
  }
}

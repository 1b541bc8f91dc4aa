/** Waits for an item at most so long at a time and so long in all; passes on the iterator's own failures. */
export class PatientIterator<T> {
  private readonly endsAt: number;

  constructor(
    private readonly source: AsyncIterator<T>,
    private readonly patience: { readonly idleMs: number; readonly totalMs: number; readonly late: () => Error },
  ) {
    this.endsAt = Date.now() + patience.totalMs;
  }

  async next(): Promise<IteratorResult<T>> {
    const waitMs = Math.max(0, Math.min(this.patience.idleMs, this.endsAt - Date.now()));
    const pending = this.source.next();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.patience.late()), waitMs);
    });
    try {
      return await Promise.race([pending, late]);
    } catch (error) {
      pending.catch(() => undefined); // its own end, after we have stopped waiting, is nobody's news
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}

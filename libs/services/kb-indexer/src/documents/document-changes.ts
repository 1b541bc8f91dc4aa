import { Injectable } from '@nestjs/common';

/** Wakes those of this process who wait for a change of a document; those of other replicas look for themselves. */
@Injectable()
export class DocumentChanges {
  private readonly waiting = new Map<string, Set<() => void>>();

  tell(documentId: string): void {
    for (const wake of this.waiting.get(documentId) ?? []) wake();
  }

  /** Resolves with the next change that is told here, after `longestMs`, or when the signal aborts. */
  next(documentId: string, longestMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wakers = this.waiting.get(documentId) ?? new Set();
      this.waiting.set(documentId, wakers);
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        wakers.delete(end);
        if (wakers.size === 0) this.waiting.delete(documentId);
        resolve();
      };
      const timer = setTimeout(end, longestMs);
      signal.addEventListener('abort', end, { once: true });
      wakers.add(end);
    });
  }
}

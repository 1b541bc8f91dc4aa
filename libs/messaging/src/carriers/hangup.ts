/** The news that a caller has gone; rings once, also for a listener that comes late. An AbortSignal a call would cost more than the call. */
export class Hangup {
  private listener?: () => void;
  private rung = false;

  get hasRung(): boolean {
    return this.rung;
  }

  whenRung(listener: () => void): void {
    this.listener = listener;
    if (this.rung) listener();
  }

  ring(): void {
    if (this.rung) return;
    this.rung = true;
    this.listener?.();
  }
}

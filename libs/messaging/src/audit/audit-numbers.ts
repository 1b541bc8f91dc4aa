import { randomUUID } from 'node:crypto';

export type AuditNumber = { readonly run: string; readonly number: number };

/**
 * Numbers the records of one run of one producer. A number whose record could not be kept is given to the next one, so
 * that a missing number means a lost row, or a process that was killed while it wrote.
 */
export class AuditNumbers {
  private readonly run = randomUUID();
  private last = 0;
  private readonly free: number[] = [];

  take(): AuditNumber {
    const number = this.free.shift() ?? ++this.last;
    return { run: this.run, number };
  }

  giveBack({ number }: AuditNumber): void {
    this.free.push(number);
  }
}

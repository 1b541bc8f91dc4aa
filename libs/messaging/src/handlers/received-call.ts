import type { CallableContract } from '@voiceassist/contracts';
import { Call, type AppError } from '@voiceassist/kit';
import { callerGone, longestTimerMs, timedOut, timeLeftMs } from '../bus/call-limits.js';
import type { IncomingExchange } from '../carriers/carrier.js';
import { unpackHeaders } from '../carriers/headers.js';

/** A call as its handler sees it. Its signal is aborted by the caller's going, the deadline or the service's end, whichever is first. */
export class ReceivedCall {
  readonly call: Call;
  private readonly ending = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private readonly leftovers: Promise<unknown>[] = [];

  constructor(readonly contract: CallableContract, readonly exchange: IncomingExchange) {
    const { requestId, actor, idempotencyKey, clientAddress, clientDevice, timeoutMs } = unpackHeaders(exchange.message.headers);
    const limitMs = timeLeftMs(contract, { remainingMs: timeoutMs ?? Number.POSITIVE_INFINITY });
    this.call = Call.begin({ requestId, actor, idempotencyKey, clientAddress, clientDevice, deadline: Date.now() + limitMs, signal: this.ending.signal });
    this.timer = setTimeout(() => this.end(timedOut(contract.subject)), Math.min(limitMs, longestTimerMs));
    exchange.hangup.whenRung(() => this.end(callerGone()));
  }

  /** Ends the work early, for this reason. */
  end(reason: AppError): void {
    this.ending.abort(reason);
  }

  /** The work has ended, one way or the other. */
  settle(): void {
    clearTimeout(this.timer);
  }

  /** Work that may go on after the answer has left: a handler that nobody waits for any more, a generator that is being closed. */
  leave(work: Promise<unknown>): void {
    this.leftovers.push(work.catch(() => undefined)); // whoever asked has been told, or has gone
  }

  /** Resolves when nothing of the handler runs any more. */
  async done(): Promise<void> {
    await Promise.all(this.leftovers);
  }
}

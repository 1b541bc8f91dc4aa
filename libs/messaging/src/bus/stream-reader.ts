import { assertDeclared, type StreamContract } from '@voiceassist/contracts';
import { AppError } from '@voiceassist/kit';
import type { OutgoingExchange, Receiver } from '../carriers/carrier.js';
import { Grants, windowItems } from '../carriers/credit.js';
import { decodeFrame, type Frame } from '../carriers/frames.js';
import { internalFailure } from '../carriers/packed-error.js';
import type { Sender } from './bus-client.js';
import type { Observation } from './bus-telemetry.js';
import { watch } from './call-limits.js';
import { checkedAnswer } from './checked.js';
import { logFault } from './fault-log.js';
import { messageOf, receivedFailure, unexpectedFrame, type Question } from './question.js';

interface Waiter<T> {
  readonly resolve: (result: IteratorResult<T, undefined>) => void;
  readonly reject: (error: AppError) => void;
}

const done = { done: true, value: undefined } as const;

/**
 * Reads one stream. Items wait in a buffer of at most one window; a failure comes after the items that were sent before it,
 * except TIMEOUT and CANCELLED, which end the reading at once.
 */
export class StreamReader<T> implements AsyncIterableIterator<T, undefined>, Receiver {
  private readonly buffer: T[] = [];
  private readonly waiters: Waiter<T>[] = [];
  private readonly grants = new Grants((items) => this.outgoing?.grant(items));
  private state: 'new' | 'open' | 'over' = 'new';
  private failure?: AppError;
  private outgoing?: OutgoingExchange;
  private observation?: Observation;
  private stopWatching?: () => void;

  constructor(private readonly sender: Sender, private readonly question: Question<StreamContract>) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.state === 'new') this.start();
    if (this.buffer.length > 0) return Promise.resolve({ done: false, value: this.take() });
    if (this.state === 'over') return this.afterEnd();
    return new Promise((resolve, reject) => this.waiters.push({ resolve, reject }));
  }

  /** Stops the producer; called by leaving a `for await` loop. */
  return(): Promise<IteratorResult<T, undefined>> {
    this.stop();
    return Promise.resolve(done);
  }

  frame(text: string): void {
    if (this.state === 'open') this.receive(decodeFrame(text));
  }

  lost(reason: AppError): void {
    this.end(reason);
  }

  private start(): void {
    const { contract, call } = this.question;
    this.state = 'open';
    this.observation = this.sender.telemetry.sending(contract.subject, call.requestId);
    try {
      assertDeclared(this.sender.service, 'calls', contract);
      const message = messageOf(this.question, this.observation, windowItems);
      this.stopWatching = watch(
        { subject: contract.subject, timeoutMs: message.timeoutMs, signal: call.signal },
        { onDeadline: (reason) => this.abandon(reason), onAbort: (reason) => this.stop(reason) },
      );
      this.outgoing = this.sender.carrier.open(message, this);
    } catch (error) {
      this.end(this.failureOf(error));
    }
  }

  private receive(frame: Frame): void {
    const { contract } = this.question;
    if (frame.kind === 'item') this.accept(frame.value);
    else if (frame.kind === 'end') this.end();
    else if (frame.kind === 'error') this.end(receivedFailure(contract, frame.error));
    else if (frame.kind === 'answer') this.end(unexpectedFrame(contract.subject));
  }

  private accept(value: unknown): void {
    try {
      this.buffer.push(checkedAnswer(this.question.contract.subject, this.question.contract.item, value) as T); // parsed by contract.item
    } catch (error) {
      this.stop(this.failureOf(error));
      return;
    }
    const waiter = this.waiters.shift();
    if (waiter) waiter.resolve({ done: false, value: this.take() });
  }

  private take(): T {
    if (this.state === 'open') this.grants.itemConsumed();
    return this.buffer.shift() as T; // callers have checked that there is one
  }

  private afterEnd(): Promise<IteratorResult<T, undefined>> {
    const failure = this.failure;
    this.failure = undefined;
    return failure ? Promise.reject(failure) : Promise.resolve(done);
  }

  /** Ends from this side: the server is told, what waits in the buffer is dropped. */
  private stop(failure?: AppError): void {
    if (this.state === 'open') this.outgoing?.cancel();
    this.abandon(failure);
  }

  private abandon(failure?: AppError): void {
    this.buffer.length = 0;
    this.end(failure, failure?.code ?? 'CANCELLED');
  }

  private end(failure?: AppError, code = failure?.code ?? 'ok'): void {
    if (this.state === 'over') return;
    this.state = 'over';
    this.stopWatching?.();
    this.outgoing?.close();
    this.observation?.end(code);
    this.failure = failure;
    for (const waiter of this.waiters.splice(0)) this.afterEnd().then(waiter.resolve, waiter.reject);
  }

  private failureOf(error: unknown): AppError {
    if (error instanceof AppError) return error;
    logFault(this.sender.logger, error, { requestId: this.question.call.requestId, subject: this.question.contract.subject });
    return internalFailure(error);
  }
}

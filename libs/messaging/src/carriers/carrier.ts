import type { AppError } from '@voiceassist/kit';
import type { Credit } from './credit.js';
import type { Hangup } from './hangup.js';
import type { BusHeaders } from './headers.js';

/** A question on its way: JSON text with headers. */
export interface Message {
  readonly subject: string;
  readonly headers: BusHeaders;
  readonly body: string;
}

/** The caller's ear: frames in the order in which they were sent, or the news that none will come any more. */
export interface Receiver {
  frame(text: string): void;
  lost(reason: AppError): void;
}

/** The caller's side of one call. */
export interface OutgoingExchange {
  /** Allows the server that many further items. */
  grant(items: number): void;
  /** Tells the server that nobody listens any more, and forgets the call. */
  cancel(): void;
  /** Forgets the call after its last frame. */
  close(): void;
}

/** The server's side of one call. */
export interface IncomingExchange {
  readonly message: Message;
  /** Items the caller has room for. */
  readonly credit: Credit;
  /** Rings when the caller cancels, dies or cannot be reached any more. */
  readonly hangup: Hangup;
  send(frame: string): void;
  /** Sends the last frame and forgets the call. */
  finish(frame: string): void;
}

export interface Listening {
  /** Takes no new calls; those in hand go on. */
  stop(): Promise<void>;
}

export interface ListenRequest {
  /** Replicas of one service share its calls: each call reaches exactly one of them. */
  readonly service: string;
  readonly subjects: readonly string[];
  accept(exchange: IncomingExchange): void;
}

/** Carries calls between services. Adapters: in this process, NATS. The suite `bus.conformance.ts` is the definition. */
export abstract class Carrier {
  abstract readonly name: 'memory' | 'nats';
  abstract listen(request: ListenRequest): Promise<Listening>;
  /** Never throws: a call that cannot be sent is `lost` with UNAVAILABLE. */
  abstract open(message: Message, receiver: Receiver): OutgoingExchange;
  /** Resolves when the carrier answers. */
  abstract check(signal: AbortSignal): Promise<void>;
  abstract close(): Promise<void>;
}

import { randomUUID } from 'node:crypto';
import { anonymous, type Actor, type ServiceName, type UserActor } from '@voiceassist/contracts';
import { commonFailure } from '../errors/app-error.js';

export interface CallFields {
  readonly requestId: string;
  readonly actor: Actor;
  /** Milliseconds since the epoch after which nobody waits for the answer any more. */
  readonly deadline: number;
  readonly idempotencyKey?: string;
  /** Network address of the client, as the edge saw it; for limits and, cut short, for the audit. */
  readonly clientAddress?: string;
  /** Browser and system of the client in few words, as the edge read them from its user agent; for the list of one's sessions. */
  readonly clientDevice?: string;
  /** Aborted when the caller goes away or the deadline passes. */
  readonly signal: AbortSignal;
}

/** The signal of calls that nobody can cancel: listening to it is a waste. */
export const neverAborted: AbortSignal = new AbortController().signal;

/** Who asks, until when, and under which request: the explicit second argument of every operation. */
export class Call implements CallFields {
  readonly requestId: string;
  readonly actor: Actor;
  readonly deadline: number;
  readonly idempotencyKey?: string;
  readonly clientAddress?: string;
  readonly clientDevice?: string;
  readonly signal: AbortSignal;

  private constructor(fields: CallFields) {
    this.requestId = fields.requestId;
    this.actor = fields.actor;
    this.deadline = fields.deadline;
    this.idempotencyKey = fields.idempotencyKey;
    this.clientAddress = fields.clientAddress;
    this.clientDevice = fields.clientDevice;
    this.signal = fields.signal;
  }

  /** Begins a call; without a deadline it gets ten seconds. */
  static begin(fields: Partial<CallFields> & { timeoutMs?: number } = {}): Call {
    return new Call({
      requestId: fields.requestId ?? randomUUID(),
      actor: fields.actor ?? anonymous,
      deadline: fields.deadline ?? Date.now() + (fields.timeoutMs ?? 10_000),
      idempotencyKey: fields.idempotencyKey,
      clientAddress: fields.clientAddress,
      clientDevice: fields.clientDevice,
      signal: fields.signal ?? neverAborted,
    });
  }

  /** A call that a service makes on its own account. */
  static asService(service: ServiceName, timeoutMs = 10_000): Call {
    return Call.begin({ actor: { type: 'service', service }, timeoutMs });
  }

  with(change: Partial<CallFields>): Call {
    return new Call({ ...this, ...change });
  }

  get remainingMs(): number {
    return this.deadline - Date.now();
  }

  /** The person who asks; fails with UNAUTHENTICATED for services and strangers. */
  get user(): UserActor {
    if (this.actor.type !== 'user') throw commonFailure('UNAUTHENTICATED', 'Sign in first.');
    return this.actor;
  }
}

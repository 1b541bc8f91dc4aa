import { randomUUID } from 'node:crypto';
import { commonFailure } from '@voiceassist/kit';
import type { Msg, Subscription } from 'nats';
import type { IncomingExchange, Listening, ListenRequest } from './carrier.js';
import { Credit, windowItems } from './credit.js';
import { encodeFailure, type Frame } from './frames.js';
import { Hangup } from './hangup.js';
import { unpackHeaders } from './headers.js';
import type { NatsLink } from './nats-link.js';
import { aliveEveryMs, callIdHeader, controlOf, controlSubjects, fromNats } from './nats-wire.js';

const aliveFrame = JSON.stringify({ kind: 'alive' } satisfies Frame);

interface Live {
  readonly credit: Credit;
  readonly hangup: Hangup;
  /** Publishes to the caller's inbox. */
  readonly tell: (frame: string) => void;
  toldAt: number;
}

/**
 * The server's half on NATS for one service. Frames carry the replica's control subject as their reply subject: the
 * caller sends grants there, and NATS itself answers 503 on it when the caller's inbox is gone.
 */
export class NatsListener {
  private readonly replica = randomUUID().slice(0, 13);
  private readonly live = new Map<string, Live>();
  private readonly calls: Subscription[] = [];
  private readonly controls: Subscription[] = [];
  private timer?: NodeJS.Timeout;

  constructor(private readonly link: NatsLink, private readonly request: ListenRequest) {
    link.whenLost(() => {
      for (const callId of [...this.live.keys()]) this.abandon(callId);
    });
  }

  async start(): Promise<Listening> {
    const { service, subjects } = this.request;
    const { connection } = this.link;
    for (const root of new Set(subjects.map(controlSubjects.ofSubject))) {
      const callback = (error: Error | null, message: Msg) => error ?? this.control(message);
      this.controls.push(connection.subscribe(controlSubjects.all(root), { callback }), connection.subscribe(controlSubjects.call(root, this.replica, '*'), { callback }));
    }
    for (const subject of subjects) this.calls.push(connection.subscribe(subject, { queue: service, callback: (error, message) => error ?? this.accept(message) }));
    this.timer = setInterval(() => this.showLife(), aliveEveryMs).unref();
    await connection.flush();
    return { stop: () => this.stop() };
  }

  /** Messages that have reached this process are still taken; nothing new comes. */
  private async stop(): Promise<void> {
    if (this.link.isUp) await Promise.all(this.calls.map((subscription) => subscription.drain()));
    this.calls.length = 0;
    this.endWhenIdle();
  }

  /** Control messages are needed until the last call in hand has ended. */
  private endWhenIdle(): void {
    if (this.calls.length > 0 || this.live.size > 0 || this.timer === undefined) return;
    clearInterval(this.timer);
    this.timer = undefined;
    if (!this.link.connection.isClosed()) for (const subscription of this.controls) subscription.unsubscribe();
  }

  private accept(message: Msg): void {
    const { reply: inbox } = message;
    const headers = fromNats(message.headers);
    const callId = headers[callIdHeader];
    if (!inbox || !callId) return; // nobody could hear the answer
    const reply = controlSubjects.call(controlSubjects.ofSubject(message.subject), this.replica, callId);
    const live: Live = {
      credit: new Credit(unpackHeaders(headers).windowItems ?? windowItems),
      hangup: new Hangup(),
      toldAt: Date.now(),
      tell: (frame) => this.publish(callId, frame, { inbox, reply }),
    };
    this.live.set(callId, live);
    this.request.accept(this.exchange(callId, live, { subject: message.subject, headers, body: message.string() }));
  }

  private exchange(callId: string, live: Live, message: IncomingExchange['message']): IncomingExchange {
    const send = (frame: string) => {
      live.toldAt = Date.now();
      if (!live.hangup.hasRung) live.tell(frame);
    };
    return {
      message, send, credit: live.credit, hangup: live.hangup,
      finish: (frame) => {
        send(frame);
        this.live.delete(callId);
        this.endWhenIdle();
      },
    };
  }

  /** What cannot be sent ends the call: the caller learns of it by the server's silence at the latest. */
  private publish(callId: string, frame: string, { inbox, reply }: { inbox: string; reply: string }): void {
    if (!this.link.isUp) return;
    try {
      this.link.connection.publish(inbox, frame, { reply });
    } catch (error) {
      const tooLarge = (error as { code?: string }).code === 'MAX_PAYLOAD_EXCEEDED';
      if (tooLarge) this.link.connection.publish(inbox, encodeFailure(commonFailure('MESSAGE_TOO_LARGE', 'The answer is larger than the message bus takes.')), { reply });
      this.abandon(callId);
    }
  }

  private control(message: Msg): void {
    if (message.headers?.code === 503) {
      this.abandon(message.subject.slice(message.subject.lastIndexOf('.') + 1));
      return;
    }
    const control = controlOf(message.string());
    if (!control) return;
    if ('cancel' in control) this.abandon(control.cancel);
    else this.live.get(message.subject.slice(message.subject.lastIndexOf('.') + 1))?.credit.grant(control.grant);
  }

  private abandon(callId: string): void {
    this.live.get(callId)?.hangup.ring();
  }

  /** Tells long calls' callers that they are being worked on; NATS answers 503 where a caller has died. */
  private showLife(): void {
    const now = Date.now();
    for (const live of this.live.values()) {
      if (live.hangup.hasRung || now - live.toldAt < aliveEveryMs) continue;
      live.toldAt = now;
      live.tell(aliveFrame);
    }
  }
}

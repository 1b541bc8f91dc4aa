import { randomUUID } from 'node:crypto';
import { commonFailure } from '@voiceassist/kit';
import type { Msg, Subscription } from 'nats';
import type { IncomingExchange, Listening, ListenRequest } from './carrier.js';
import { Credit, windowItems } from './credit.js';
import { encodeFailure, type Frame } from './frames.js';
import { Hangup } from './hangup.js';
import { unpackHeaders } from './headers.js';
import type { NatsLink } from './nats-link.js';
import { controlSubjects, laneOfReply, lastToken, replyOpenMs, segmentOf } from './nats-subjects.js';
import { aliveEveryMs, callIdHeader, controlOf, fromNats } from './nats-wire.js';

const aliveFrame = JSON.stringify({ kind: 'alive' } satisfies Frame);

interface Live {
  readonly credit: Credit;
  readonly hangup: Hangup;
  /** Publishes into the lane to the caller. */
  readonly tell: (frame: string) => void;
  /** Publishes the answer: to the reply subject while that is open. */
  readonly answer: (frame: string) => void;
  toldAt: number;
}

/** A call id becomes part of a subject. */
const callIdForm = /^[A-Za-z0-9-]{1,64}$/;

/** How long before its closing the reply subject is no longer used: the answer may be on its way for a while. */
const replyMarginMs = 10_000;

/**
 * The server's half on NATS for one service. Frames in a lane carry the replica's control subject as their reply subject:
 * the caller sends grants there, and NATS itself answers 503 on it when the caller's inbox is gone. An answer carries none,
 * so that NATS keeps no track of a reply that will not come.
 */
export class NatsListener {
  private readonly replica = randomUUID().slice(0, 13);
  private readonly live = new Map<string, Live>();
  private readonly calls: Subscription[] = [];
  private readonly controls: Subscription[] = [];
  private readonly refused: string[] = [];
  private timer?: NodeJS.Timeout;

  constructor(private readonly link: NatsLink, private readonly request: ListenRequest) {
    link.whenLost(() => {
      for (const callId of [...this.live.keys()]) this.abandon(callId);
    });
  }

  async start(): Promise<Listening> {
    const { service, subjects } = this.request;
    const { connection } = this.link;
    const listenTo = (subject: string, hear: (message: Msg) => void, queue?: string) =>
      connection.subscribe(subject, { queue, callback: (error, message) => (error ? this.refused.push(subject) : hear(message)) });
    for (const root of new Set(subjects.map(controlSubjects.ofSubject))) {
      for (const subject of [controlSubjects.all(root), controlSubjects.call(root, this.replica, '*')]) this.controls.push(listenTo(subject, (message) => this.control(message)));
    }
    for (const subject of subjects) this.calls.push(listenTo(subject, (message) => this.accept(message), service));
    this.timer = setInterval(() => this.showLife(), aliveEveryMs).unref();
    await connection.flush();
    if (this.refused.length > 0) throw new Error(`NATS does not let ${service} listen to ${this.refused.join(', ')}`);
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
    const headers = fromNats(message.headers);
    const callId = headers[callIdHeader];
    const lane = message.reply && laneOfReply(message.reply, segmentOf(message.subject));
    if (!message.reply || !lane || !callId || !callIdForm.test(callId)) return; // nobody could hear the answer, or somebody who did not ask
    const inbox = message.reply;
    const reply = controlSubjects.call(controlSubjects.ofSubject(message.subject), this.replica, callId);
    const replyClosesAt = Date.now() + replyOpenMs - replyMarginMs;
    const tell = (frame: string) => this.publish(callId, frame, { to: lane, reply });
    const live: Live = {
      credit: new Credit(unpackHeaders(headers).windowItems ?? windowItems),
      hangup: new Hangup(),
      toldAt: Date.now(),
      tell,
      answer: (frame) => (Date.now() < replyClosesAt ? this.publish(callId, frame, { to: inbox }) : tell(frame)),
    };
    this.live.set(callId, live);
    this.request.accept(this.exchange(callId, live, { subject: message.subject, headers, body: message.string() }));
  }

  private exchange(callId: string, live: Live, message: IncomingExchange['message']): IncomingExchange {
    const say = (frame: string, how: (frame: string) => void) => {
      live.toldAt = Date.now();
      if (!live.hangup.hasRung) how(frame);
    };
    return {
      message, credit: live.credit, hangup: live.hangup,
      send: (frame) => say(frame, live.tell),
      finish: (frame) => {
        say(frame, live.answer);
        this.live.delete(callId);
        this.endWhenIdle();
      },
    };
  }

  /** What cannot be sent ends the call: the caller learns of it by the server's silence at the latest. */
  private publish(callId: string, frame: string, { to, reply }: { to: string; reply?: string }): void {
    if (!this.link.isUp) return;
    try {
      this.link.connection.publish(to, frame, { reply });
    } catch (error) {
      const tooLarge = (error as { code?: string }).code === 'MAX_PAYLOAD_EXCEEDED';
      if (tooLarge) this.link.connection.publish(to, encodeFailure(commonFailure('MESSAGE_TOO_LARGE', 'The answer is larger than the message bus takes.')), { reply });
      this.abandon(callId);
    }
  }

  private control(message: Msg): void {
    if (message.headers?.code === 503) {
      this.abandon(lastToken(message.subject));
      return;
    }
    const control = controlOf(message.string());
    if (!control) return;
    if ('cancel' in control) this.abandon(control.cancel);
    else this.live.get(lastToken(message.subject))?.credit.grant(control.grant);
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

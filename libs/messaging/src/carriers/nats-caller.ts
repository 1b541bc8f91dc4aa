import { randomUUID } from 'node:crypto';
import { commonFailure, type AppError } from '@voiceassist/kit';
import { createInbox, type Msg } from 'nats';
import type { Message, OutgoingExchange, Receiver } from './carrier.js';
import type { NatsLink } from './nats-link.js';
import { controlSubjects, inboxOf, lastToken, laneOf, segmentOf } from './nats-subjects.js';
import { aliveEveryMs, callIdHeader, silenceMs, textOfControl, toNats, type Control } from './nats-wire.js';

interface Waiting {
  readonly subject: string;
  readonly receiver: Receiver;
  heardAt: number;
  /** Where the replica that serves the call listens for grants. */
  server?: string;
}

/** The caller's half on NATS: one inbox for answers and one lane from each service, calls told apart by their id. */
export class NatsCaller {
  private readonly inbox: string;
  private readonly tag = randomUUID().slice(0, 13);
  private readonly waiting = new Map<string, Waiting>();
  private readonly timer = setInterval(() => this.dropSilent(), aliveEveryMs).unref();
  private count = 0;
  private tickedAt = Date.now();

  constructor(private readonly link: NatsLink, service: string) {
    this.inbox = createInbox(inboxOf(service));
    link.connection.subscribe(`${this.inbox}.*`, { callback: (error, message) => error ?? this.hear(message) });
    link.connection.subscribe(`${laneOf(service, '*')}.${lastToken(this.inbox)}.*`, { callback: (error, message) => error ?? this.hearLane(message) });
    link.whenRefused((subject) => this.loseSubject(subject));
    link.whenLost(() => this.loseAll('The connection to the message bus was lost.'));
  }

  open(message: Message, receiver: Receiver): OutgoingExchange {
    this.count += 1;
    const callId = `${this.tag}-${this.count.toString(36)}`;
    this.waiting.set(callId, { subject: message.subject, receiver, heardAt: Date.now() });
    const refusal = this.publish(callId, message);
    if (refusal) queueMicrotask(() => this.lose(callId, refusal));
    return {
      close: () => this.waiting.delete(callId),
      grant: (items) => this.tell(callId, { grant: items }),
      cancel: () => {
        this.tell(callId, { cancel: callId });
        this.waiting.delete(callId);
      },
    };
  }

  close(): void {
    clearInterval(this.timer);
    this.loseAll('The message bus is closing.');
  }

  private publish(callId: string, { subject, headers, body }: Message): AppError | undefined {
    if (!this.link.isUp) return commonFailure('UNAVAILABLE', 'The message bus is not connected.');
    try {
      this.link.connection.publish(subject, body, { reply: `${this.inbox}.${callId}`, headers: toNats({ ...headers, [callIdHeader]: callId }) });
      return undefined;
    } catch (error) {
      return (error as { code?: string }).code === 'MAX_PAYLOAD_EXCEEDED'
        ? commonFailure('MESSAGE_TOO_LARGE', 'The input is larger than the message bus takes.')
        : commonFailure('UNAVAILABLE', 'The message bus does not take the call.', { cause: error });
    }
  }

  /** NATS lets a service write into its own lanes only; that the call was made to that service is for us to see. */
  private hearLane(message: Msg): void {
    const segment = message.subject.split('.')[3] ?? '';
    const waiting = this.waiting.get(lastToken(message.subject));
    if (!waiting || segmentOf(waiting.subject) === segment) this.hear(message, controlSubjects.ofSegment(segment));
  }

  private hear(message: Msg, controlRoot?: string): void {
    const callId = lastToken(message.subject);
    const waiting = this.waiting.get(callId);
    const server = controlRoot !== undefined && message.reply?.startsWith(`${controlRoot}.`) ? message.reply : undefined;
    if (!waiting) {
      if (server) this.send(server, { cancel: callId }); // nobody here wants this answer any more
      return;
    }
    if (message.headers?.code === 503) {
      this.lose(callId, commonFailure('UNAVAILABLE', `No service answers ${waiting.subject}.`));
      return;
    }
    waiting.heardAt = Date.now();
    waiting.server = server ?? waiting.server;
    waiting.receiver.frame(message.string());
  }

  /** To the replica once it is known, else to all replicas of the service. */
  private tell(callId: string, control: Control): void {
    const waiting = this.waiting.get(callId);
    if (waiting) this.send(waiting.server ?? controlSubjects.all(controlSubjects.ofSubject(waiting.subject)), control);
  }

  private send(subject: string, control: Control): void {
    if (this.link.isUp) this.link.connection.publish(subject, textOfControl(control));
  }

  /** A round that comes late says that this process was busy, not that the servers were silent. */
  private dropSilent(): void {
    const now = Date.now();
    const late = now - this.tickedAt > 2 * aliveEveryMs;
    this.tickedAt = now;
    for (const [callId, waiting] of this.waiting) {
      if (late) waiting.heardAt = now;
      else if (now - waiting.heardAt > silenceMs) this.lose(callId, commonFailure('UNAVAILABLE', `The service behind ${waiting.subject} has fallen silent.`));
    }
  }

  private loseSubject(subject: string): void {
    for (const [callId, waiting] of this.waiting) {
      if (waiting.subject === subject) this.lose(callId, commonFailure('UNAVAILABLE', `The message bus does not let this service ask ${subject}.`));
    }
  }

  private lose(callId: string, reason: AppError): void {
    const waiting = this.waiting.get(callId);
    this.waiting.delete(callId);
    waiting?.receiver.lost(reason);
  }

  private loseAll(text: string): void {
    for (const callId of [...this.waiting.keys()]) this.lose(callId, commonFailure('UNAVAILABLE', text));
  }
}

import { commonFailure } from '@voiceassist/kit';
import { Carrier, type IncomingExchange, type ListenRequest, type Listening, type Message, type OutgoingExchange, type Receiver } from './carrier.js';
import { Credit, windowItems } from './credit.js';
import { unpackHeaders } from './headers.js';

/** Replicas that answer a subject, asked in turn. */
class Replicas {
  private readonly members: ListenRequest[] = [];
  private turn = 0;

  add(member: ListenRequest): void {
    this.members.push(member);
  }

  remove(member: ListenRequest): void {
    this.members.splice(this.members.indexOf(member), 1);
  }

  next(): ListenRequest | undefined {
    this.turn = (this.turn + 1) % Math.max(1, this.members.length);
    return this.members[this.turn];
  }
}

/** Carries calls between the services of one process. Bodies and frames are JSON text here too, so that values look the same everywhere. */
export class MemoryCarrier extends Carrier {
  readonly name = 'memory';
  private readonly replicas = new Map<string, Replicas>();

  async listen(request: ListenRequest): Promise<Listening> {
    for (const subject of request.subjects) {
      const replicas = this.replicas.get(subject) ?? new Replicas();
      replicas.add(request);
      this.replicas.set(subject, replicas);
    }
    return { stop: async () => request.subjects.forEach((subject) => this.replicas.get(subject)?.remove(request)) };
  }

  open(message: Message, receiver: Receiver): OutgoingExchange {
    const gone = new AbortController();
    const credit = new Credit(unpackHeaders(message.headers).windowItems ?? windowItems);
    let open = true;
    const close = () => {
      open = false;
    };
    const send = (frame: string) => {
      if (open) receiver.frame(frame);
    };
    const exchange: IncomingExchange = { message, credit, gone: gone.signal, send, finish: send };
    queueMicrotask(() => {
      const replica = this.replicas.get(message.subject)?.next();
      if (replica) replica.accept(exchange);
      else if (open) receiver.lost(commonFailure('UNAVAILABLE', `No service answers ${message.subject}.`));
    });
    return {
      close,
      // one turn of the event loop a grant: a long stream between two services of one process must not starve the rest
      grant: (items) => void setImmediate(() => credit.grant(items)),
      cancel: () => {
        close();
        gone.abort();
      },
    };
  }

  async check(): Promise<void> {}

  async close(): Promise<void> {}
}

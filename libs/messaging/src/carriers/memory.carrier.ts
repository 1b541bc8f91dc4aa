import { commonFailure } from '@voiceassist/kit';
import { Carrier, type IncomingExchange, type ListenRequest, type Listening, type Message, type OutgoingExchange, type Receiver } from './carrier.js';
import { Credit, windowItems } from './credit.js';
import { Hangup } from './hangup.js';
import { unpackHeaders } from './headers.js';

/** Carries calls between the services of one process. Bodies and frames are JSON text here too, so that values look the same everywhere. */
export class MemoryCarrier extends Carrier {
  readonly name = 'memory';
  private readonly listeners = new Map<string, ListenRequest>();

  async listen(request: ListenRequest): Promise<Listening> {
    const taken = request.subjects.find((subject) => this.listeners.has(subject));
    if (taken) throw new Error(`${taken} is already answered by ${this.listeners.get(taken)?.service} in this process`);
    for (const subject of request.subjects) this.listeners.set(subject, request);
    return { stop: async () => request.subjects.forEach((subject) => this.listeners.delete(subject)) };
  }

  open(message: Message, receiver: Receiver): OutgoingExchange {
    const hangup = new Hangup();
    const credit = new Credit(unpackHeaders(message.headers).windowItems ?? windowItems);
    let open = true;
    const close = () => {
      open = false;
    };
    const send = (frame: string) => {
      if (open) receiver.frame(frame);
    };
    const exchange: IncomingExchange = { message, credit, hangup, send, finish: send };
    queueMicrotask(() => {
      const listener = this.listeners.get(message.subject);
      if (listener) listener.accept(exchange);
      else if (open) receiver.lost(commonFailure('UNAVAILABLE', `No service answers ${message.subject}.`));
    });
    return {
      close,
      // one turn of the event loop a grant: a long stream between two services of one process must not starve the rest
      grant: (items) => void setImmediate(() => credit.grant(items)),
      cancel: () => {
        close();
        hangup.ring();
      },
    };
  }

  async check(): Promise<void> {}

  async close(): Promise<void> {}
}

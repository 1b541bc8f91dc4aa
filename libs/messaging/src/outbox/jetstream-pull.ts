import type { JsMsg, NatsConnection } from 'nats';
import type { Logger } from 'pino';
import { pauseMs, type Backoff } from './backoff.js';
import type { EventConsumer } from './event-carrier.js';
import { EventEnvelope } from './event-envelope.js';
import { eventStream } from './jetstream-names.js';

export interface PullSettings {
  readonly durable: string;
  /** The live connection; throws while there is none. */
  connection(): NatsConnection;
  /** Makes sure that stream and consumer exist, also after the server lost its store. */
  ensure(durable: string): Promise<void>;
  readonly backoff: Backoff;
  readonly logger: Logger;
}

const batch = 8;
const longestWaitMs = 5_000;
const pauseAfterFailureMs = 300;
const keepAliveMs = 15_000;

/** Pulls the events of one durable consumer, one after another, until it is stopped. */
export class JetStreamPull {
  private running: Promise<void> | undefined;
  private stopped = false;
  private closeBatch: (() => unknown) | undefined;

  constructor(
    private readonly consumer: EventConsumer,
    private readonly settings: PullSettings,
  ) {}

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.closeBatch?.();
    await this.running;
  }

  private async run(): Promise<void> {
    const { settings } = this;
    let ensured = false;
    while (!this.stopped) {
      try {
        if (!ensured) await settings.ensure(settings.durable);
        ensured = true;
        await this.pullBatch();
      } catch {
        // not connected, or the server lost the consumer: begin again from the start
        ensured = false;
        if (!this.stopped) await new Promise((resolve) => setTimeout(resolve, pauseAfterFailureMs));
      }
    }
  }

  private async pullBatch(): Promise<void> {
    const consumer = await this.settings.connection().jetstream().consumers.get(eventStream, this.settings.durable);
    const messages = await consumer.fetch({ max_messages: batch, expires: longestWaitMs });
    this.closeBatch = () => messages.close();
    try {
      for await (const message of messages) {
        if (this.stopped) message.nak();
        else await this.receive(message);
      }
    } finally {
      this.closeBatch = undefined;
    }
  }

  private async receive(message: JsMsg): Promise<void> {
    const event = envelopeIn(message);
    if (event) return this.handOver(message, event);
    this.settings.logger.error({ consumer: this.consumer.name, sequence: message.seq }, 'a message that is no event was refused');
    message.term('no event');
  }

  private async handOver(message: JsMsg, event: EventEnvelope): Promise<void> {
    const attempt = message.info.deliveryCount;
    const keepAlive = setInterval(() => message.working(), keepAliveMs);
    try {
      await this.consumer.receive(event, attempt);
      message.ack();
    } catch {
      // the consumer has logged why; it gets the event again
      message.nak(pauseMs(attempt, this.settings.backoff));
    } finally {
      clearInterval(keepAlive);
    }
  }
}

function envelopeIn(message: JsMsg): EventEnvelope | null {
  try {
    return EventEnvelope.parse(message.json());
  } catch {
    return null;
  }
}

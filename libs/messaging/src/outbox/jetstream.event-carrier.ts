import {
  AckPolicy, connect, DeliverPolicy, Events, nanos, type ConnectionOptions, type JetStreamManager, type NatsConnection,
} from 'nats';
import type { Logger } from 'pino';
import { EventCarrier, type Consumption, type EventConsumer, type Telling } from './event-carrier.js';
import type { EventEnvelope } from './event-envelope.js';
import { JetStreamPull } from './jetstream-pull.js';
import { durableOf, eventStream } from './jetstream-names.js';
import { isMissing, streamSettings } from './jetstream-stream.js';

export interface JetStreamOptions {
  readonly connection: ConnectionOptions;
  /** Pause before the second delivery to a consumer that failed. */
  readonly retryMs: number;
  readonly replicas: number;
  readonly logger: Logger;
}

const requestMs = 5_000;
const lasting = { maxReconnectAttempts: -1, ignoreAuthErrorAbort: true, reconnectTimeWait: 250, reconnectJitter: 250, timeout: requestMs, pingInterval: 20_000, maxPingOut: 2 };
/** Carries events over one JetStream stream with one durable consumer per service and kind of event. */
export class JetStreamEventCarrier extends EventCarrier {
  readonly retry = { firstMs: 200, longestMs: 5_000 };
  private connection: NatsConnection | undefined;
  private readonly listeners = new Set<() => void>();
  private opening: Promise<void> | undefined;
  private connected = false;
  private closed = false;

  constructor(private readonly options: JetStreamOptions) {
    super();
  }

  /** Connects in the background for as long as it takes: until then events wait in their outboxes. */
  open(): void {
    this.opening = this.keepConnecting();
  }

  async generation(): Promise<string> {
    const manager = await this.manager();
    try {
      return (await manager.streams.info(eventStream)).created;
    } catch (error) {
      if (!isMissing(error)) throw error;
      return (await manager.streams.add({ ...streamSettings, num_replicas: this.options.replicas })).created;
    }
  }

  async publish(event: EventEnvelope, { replay }: Telling): Promise<void> {
    await this.ready().jetstream({ timeout: requestMs }).publish(event.subject, JSON.stringify(event), {
      msgID: replay === 0 ? event.eventId : `${event.eventId}.${replay}`, timeout: requestMs, expect: { streamName: eventStream },
    });
  }

  expect(): void {
    // JetStream keeps events for consumers that are not there yet
  }

  async consume(service: string, consumers: readonly EventConsumer[]): Promise<Consumption> {
    const pulls = consumers.map((consumer) => new JetStreamPull(consumer, {
      durable: durableOf(service, consumer.subject),
      connection: () => this.ready(),
      ensure: (durable) => this.ensureConsumer(durable, consumer.subject),
      backoff: { firstMs: this.options.retryMs, longestMs: 60_000 },
      logger: this.options.logger,
    }));
    for (const pull of pulls) pull.start();
    return { stop: async () => void (await Promise.all(pulls.map((pull) => pull.stop()))) };
  }

  onReady(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async check(): Promise<void> {
    await (await this.manager()).streams.info(eventStream);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.listeners.clear();
    await this.connection?.close();
    await this.opening;
  }

  private async ensureConsumer(durable: string, subject: string): Promise<void> {
    await this.generation();
    const manager = await this.manager();
    try {
      await manager.consumers.info(eventStream, durable);
    } catch (error) {
      if (!isMissing(error)) throw error;
      await manager.consumers.add(eventStream, {
        durable_name: durable,
        filter_subject: subject,
        deliver_policy: DeliverPolicy.All,
        ack_policy: AckPolicy.Explicit,
        ack_wait: nanos(60_000),
        max_deliver: -1, // our own inbox lays an event aside: JetStream would drop it in silence
        max_ack_pending: 64,
      });
    }
  }

  private ready(): NatsConnection {
    if (!this.connection || !this.connected) throw new Error('NATS is not connected');
    return this.connection;
  }

  private manager(): Promise<JetStreamManager> {
    return this.ready().jetstreamManager({ timeout: requestMs, checkAPI: false });
  }

  private async keepConnecting(): Promise<void> {
    while (!this.closed && !this.connection) {
      try {
        this.connection = await connect({ ...this.options.connection, ...lasting });
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    }
    if (!this.connection) return;
    if (this.closed) await this.connection.close();
    this.nowConnected();
    void this.watch(this.connection);
  }

  private async watch(connection: NatsConnection): Promise<void> {
    for await (const { type } of connection.status()) {
      if (type === Events.Disconnect) this.connected = false;
      if (type === Events.Reconnect) this.nowConnected();
    }
  }

  private nowConnected(): void {
    this.connected = true;
    for (const listener of this.listeners) listener();
  }
}

import { admin, assertDeclared, auditEventOf, type ServiceContract, type ServiceName } from '@voiceassist/contracts';
import { PlatformPart, type OpenedPart, type PartContext } from '@voiceassist/kit';
import { DataSource } from 'typeorm';
import { BusConfig } from '../bus/bus-config.js';
import { messagingSystem } from '../bus/messaging-attributes.js';
import { natsAddress } from '../carriers/nats-address.js';
import { HandlerRegistry } from '../handlers/handler-registry.js';
import type { Consumption, EventCarrier } from './event-carrier.js';
import { InboxConsumer, type EventHandler } from './inbox.js';
import { openEventCarrier } from './open-event-carrier.js';
import { OutboxStore } from './outbox-store.js';
import { OutboxConfig } from './outbox.config.js';
import { reportOutbox } from './outbox.metrics.js';
import { Outbox } from './outbox.js';
import { OutboxRelay } from './relay.js';
import { SqlOutbox } from './sql.outbox.js';

/**
 * Events of a service: provides `Outbox`, relays what it tells and delivers to its `@Handles` methods what others tell.
 * It needs the service's `DataSource` (list `sqlPart` before it) with `messagingMigrations`, and `busPart`.
 */
export function outboxPart(service: ServiceContract): PlatformPart {
  return new OutboxPart(service);
}

class OutboxPart extends PlatformPart {
  readonly name = 'outbox';
  override readonly configs = [BusConfig, OutboxConfig];

  constructor(private readonly service: ServiceContract) {
    super();
  }

  async open(context: PartContext): Promise<OpenedPart> {
    const dataSource = dataSourceOf(context, this.name);
    const carrier = await sharedCarrier(context);
    const config = context.config(OutboxConfig);
    const store = new OutboxStore(dataSource);
    const system = messagingSystem(context.config(BusConfig).BUS_URL === 'memory:' ? 'memory' : 'nats');
    const relay = new OutboxRelay({
      store, carrier, logger: context.logger, pollMs: config.OUTBOX_POLL_MS, retentionDays: config.OUTBOX_RETENTION_DAYS, subjectOf: presentSubjectFor(this.service.name),
    });
    const stopReporting = reportOutbox(this.service.name, store);
    let consumption: Consumption | undefined;
    carrier.expect(this.service.name);

    return {
      provides: [{ token: Outbox, value: new SqlOutbox(this.service.name, store, relay.wake, system) }],
      dependencies: [{ name: 'events', required: false, check: (signal) => carrier.check(signal) }],
      started: async () => {
        const handlers: readonly EventHandler[] = context.get(HandlerRegistry).handlersOf('event');
        for (const { contract } of handlers) assertDeclared(this.service.name, 'hears', contract);
        const inbox = { service: this.service.name, system, dataSource, logger: context.logger, maxDeliveries: config.EVENT_MAX_DELIVERIES };
        consumption = await carrier.consume(this.service.name, handlers.map((handler) => new InboxConsumer(handler, inbox)));
        relay.start();
      },
      drain: async () => {
        await Promise.all([relay.stop(), consumption?.stop()]);
      },
      close: async () => {
        stopReporting();
        await Promise.all([relay.stop(), consumption?.stop()]);
      },
    };
  }
}

/** Audit rows that a release before has recorded go where this one may tell them. */
function presentSubjectFor(service: ServiceName): (subject: string) => string {
  return (subject) => (subject === admin.auditRecorded.subject ? auditEventOf(service).subject : subject);
}

/** The service's database, or an error that says what to do. */
export function dataSourceOf(context: PartContext, part: string): DataSource {
  try {
    return context.get(DataSource);
  } catch (cause) {
    throw new Error(`${context.service}: ${part}Part needs a database; list sqlPart({ … }) before it in uses`, { cause });
  }
}

/** One carrier for the process in memory; on NATS one for each service, which it knows by its key. */
function sharedCarrier(context: PartContext): Promise<EventCarrier> {
  const bus = context.config(BusConfig);
  const config = context.config(OutboxConfig);
  const address = natsAddress(bus, { name: `${context.processName}-events`, service: context.service });
  return context.share(bus.BUS_URL === 'memory:' ? 'event-carrier' : `event-carrier of ${context.service}`, () => openEventCarrier({
    address, retryMs: config.EVENT_RETRY_MS, replicas: config.EVENT_REPLICAS, logger: context.logger,
  }));
}

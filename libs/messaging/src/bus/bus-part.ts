import type { AnyContract, ServiceContract } from '@voiceassist/contracts';
import { PlatformPart, type Dependency, type OpenedPart, type PartContext } from '@voiceassist/kit';
import { AuditSpoolConfig } from '../audit/audit-spool.config.js';
import { AuditLog } from '../audit/audit-log.js';
import { RefusalSpool } from '../audit/refusal-spool.js';
import { Refusals } from '../audit/refusals.js';
import { trailOfService } from '../audit/trail-of-service.js';
import type { Carrier } from '../carriers/carrier.js';
import { shareCarrier } from '../carriers/open-carrier.js';
import { BusServer } from '../handlers/bus-server.js';
import { CallServer } from '../handlers/call-server.js';
import { HandlerRegistry } from '../handlers/handler-registry.js';
import { HandlerTable } from '../handlers/handler-table.js';
import { Bus } from './bus.js';
import { BusClient } from './bus-client.js';
import { BusConfig } from './bus-config.js';
import { BusTelemetry } from './bus-telemetry.js';

const drainMs = 10_000;

/** What the service answers: its contract, or nothing for a service that only asks (the gateway). */
export type Answers = Pick<ServiceContract<Record<string, AnyContract>>, 'name' | 'operations'>;

class BusPart extends PlatformPart {
  readonly name = 'bus';
  override readonly configs = [BusConfig, AuditSpoolConfig];

  constructor(private readonly answers?: Answers) {
    super();
  }

  async open(context: PartContext): Promise<OpenedPart> {
    if (this.answers && this.answers.name !== context.service) {
      throw new Error(`busPart got the contract of ${this.answers.name}, but this service is ${context.service}`);
    }
    const { logger, service } = context;
    const carrier = await shareCarrier(context);
    const telemetry = new BusTelemetry(carrier.name);
    const bus = new BusClient({ service, carrier, telemetry, logger });
    const handlers = new HandlerTable(this.answers ?? { name: service, operations: {} });
    const audit = new AuditLog(service, trailOfService(context, bus));
    const refusals = new Refusals({ service, log: audit, logger, spool: spoolOf(context) });
    const server = new BusServer({ service, carrier, handlers, calls: new CallServer({ telemetry, logger, audit, refusals }), drainMs });
    return {
      provides: [{ token: Bus, value: bus }, { token: HandlerRegistry, value: handlers }, { token: Refusals, value: refusals }, { token: AuditLog, value: audit }],
      strategy: server,
      dependencies: dependenciesOf(carrier),
      started: async () => refusals.start(),
      drain: async () => {
        await server.drain();
        await refusals.drain();
      },
      close: async () => refusals.close(), // Nest closes the server, the process closes the carrier
    };
  }
}

function spoolOf(context: PartContext): RefusalSpool | undefined {
  const { AUDIT_SPOOL_DIR: folder } = context.config(AuditSpoolConfig);
  return folder === undefined ? undefined : new RefusalSpool(folder, context.service, context.logger);
}

function dependenciesOf(carrier: Carrier): Dependency[] {
  if (carrier.name === 'memory') return [];
  return [{ name: 'nats', required: true, check: (signal) => carrier.check(signal) }];
}

/** The message bus of a service: provides `Bus` and `HandlerRegistry`, serves what the contract asks for. Give `<contract>.$service`. */
export function busPart(answers?: Answers): PlatformPart {
  return new BusPart(answers);
}

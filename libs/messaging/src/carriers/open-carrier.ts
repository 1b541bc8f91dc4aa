import type { PartContext } from '@voiceassist/kit';
import { BusConfig } from '../bus/bus-config.js';
import type { Carrier } from './carrier.js';
import { natsAddress } from './nats-address.js';

/** The carrier, chosen by the scheme of `BUS_URL`: one for the process in memory, one for each service on NATS. */
export function shareCarrier(context: PartContext): Promise<Carrier> {
  const config = context.config(BusConfig);
  const { BUS_URL, BUS_ALONE } = config;
  if (BUS_URL === 'memory:') {
    if (!BUS_ALONE) refuseAlone(context);
    return context.share<Carrier>('bus', async () => new (await import('./memory.carrier.js')).MemoryCarrier());
  }
  const { logger, processName: name, service } = context;
  // a connection of its own for each service: NATS knows a service by its key and its inbox
  return context.share<Carrier>(`bus of ${service}`, async () => {
    const { NatsCarrier } = await import('./nats.carrier.js');
    const onRefused = (subject: string) => logger.error({ subject }, 'NATS refuses what the service publishes: its permissions are not those of this version');
    return NatsCarrier.connect({ ...natsAddress(config, { name, service }), onRefused });
  });
}

function refuseAlone({ service, services }: PartContext): void {
  if (services.length > 1) return;
  throw new Error(
    `BUS_URL=memory: in a process that holds only ${service}: no other process can reach it. ` +
      'Give a nats:// address, or set BUS_ALONE=true where that is meant (a test of one service).',
  );
}

import type { PartContext } from '@voiceassist/kit';
import { BusConfig } from '../bus/bus-config.js';
import type { Carrier } from './carrier.js';

/** The process's one carrier, chosen by the scheme of `BUS_URL`; it is closed after the last service. */
export function shareCarrier(context: PartContext): Promise<Carrier> {
  const { BUS_URL, BUS_ALONE, NATS_USER, NATS_PASSWORD } = context.config(BusConfig);
  if (BUS_URL === 'memory:') {
    if (!BUS_ALONE) refuseAlone(context);
    return context.share<Carrier>('bus', async () => new (await import('./memory.carrier.js')).MemoryCarrier());
  }
  return context.share<Carrier>('bus', async () => {
    const { NatsCarrier } = await import('./nats.carrier.js');
    return NatsCarrier.connect({ url: BUS_URL, name: context.processName, user: NATS_USER, password: NATS_PASSWORD });
  });
}

function refuseAlone({ service, services }: PartContext): void {
  if (services.length > 1) return;
  throw new Error(
    `BUS_URL=memory: in a process that holds only ${service}: no other process can reach it. ` +
      'Give a nats:// address, or set BUS_ALONE=true where that is meant (a test of one service).',
  );
}

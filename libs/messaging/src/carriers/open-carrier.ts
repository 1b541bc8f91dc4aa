import type { PartContext } from '@voiceassist/kit';
import { BusConfig } from '../bus/bus-config.js';
import type { Carrier } from './carrier.js';

/** The process's one carrier, chosen by the scheme of `BUS_URL`; it is closed after the last service. */
export async function shareCarrier(context: PartContext): Promise<Carrier> {
  const config = context.config(BusConfig);
  if (config.BUS_URL !== 'memory:') throw new Error('bus: only memory: for now');
  if (context.services.length < 2 && !config.BUS_ALONE) {
    throw new Error(
      `BUS_URL=memory: in a process that holds only ${context.service}: no other process can reach it. ` +
        'Give a nats:// address, or set BUS_ALONE=true where that is meant (a test of one service).',
    );
  }
  return context.share('bus:memory', async () => {
    const { MemoryCarrier } = await import('./memory.carrier.js');
    return new MemoryCarrier();
  });
}

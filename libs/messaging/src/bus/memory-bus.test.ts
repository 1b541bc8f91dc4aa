import { describe, expect, it } from '@jest/globals';
import { busConforms } from './bus.conformance.js';
import { AskerModule, ProbeModule } from './conformance/probe.module.js';
import { startOne, startWorld } from './conformance/world.js';

describe('the bus in one process', () => {
  busConforms(() => startWorld('memory:', true));

  it.each([{ module: AskerModule, name: 'gateway' }, { module: ProbeModule, name: 'users' }])('refuses to start with $name alone, and says why', async ({ module, name }) => {
    await expect(startOne([module], 'memory:')).rejects.toThrow(new RegExp(`only ${name}: no other process can reach it.*BUS_ALONE=true`));
  });

  it.each(['http://nats:4222', 'nats://', ''])('refuses the address "%s"', async (url) => {
    await expect(startOne([AskerModule], url)).rejects.toThrow('BUS_URL');
  });
});

import { describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { busConforms } from './bus.conformance.js';
import { AskerModule, ProbeModule } from './conformance/probe.module.js';
import { startOne, startWorld } from './conformance/world.js';

describe('the bus in one process', () => {
  busConforms(() => startWorld('memory:', true));

  it('refuses to start where nobody else could ever use it, and says why', async () => {
    await expect(startOne([AskerModule], 'memory:')).rejects.toThrow(/only gateway: no other process can reach it.*BUS_ALONE/s);
    expect([Module, ProbeModule]).toHaveLength(2);
  });
});

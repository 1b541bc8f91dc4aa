import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { runUntilKilled } from '../outbox/fixtures/run-until-killed.js';
import { LendingModule, scene, startLending } from './fixtures/shelf-services.js';

describe('an act whose process is killed right after its commit', () => {
  it('is in the audit all the same, as interrupted', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'voiceassist-killed-act-'));
    const databaseUrl = `pglite:${folder}`;
    await runUntilKilled(new URL('./fixtures/commit-and-die.mjs', import.meta.url), { databaseUrl });
    const running = await startLending(databaseUrl);
    try {
      expect(await running.get(LendingModule, DataSource).query('SELECT 1 FROM loan')).toHaveLength(1);
      while (scene.kept.length === 0) await sleep(50);
      expect(scene.kept).toEqual([expect.objectContaining({ action: 'lending.lend', requestId: 'the-last-one', outcome: 'INTERRUPTED', producer: { run: expect.any(String), number: 1 } })]);
    } finally {
      await running.close();
      await rm(folder, { recursive: true });
    }
  }, 120_000);
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { openWorkingWorld } from './fixtures/working-service.js';
import { describeJobs } from './jobs.conformance.js';

const folders: string[] = [];

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'voiceassist-jobs-'));
  folders.push(folder);
  return folder;
}

describeJobs('in the database, on PGlite', async () => openWorkingWorld({ DATABASE_URL: `pglite:${await newFolder()}`, JOBS_URL: 'database:' }));

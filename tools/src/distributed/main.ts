import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { givenStores } from './given-stores.js';
import { openInfrastructure } from './infrastructure.js';
import { planServices, type ServicePlan } from './environment.js';
import { SupervisedProcess } from './supervised-process.js';

/**
 * The product as eight processes on this machine, with real NATS, PostgreSQL and Redis beside them.
 * Honours PORT, HOST and DATA_DIR, and E2E_POSTGRES_URL, E2E_REDIS_URL and E2E_QDRANT_URL for stores that run already; writes `<DATA_DIR>/distributed.json` with each process's id and address.
 */
const root = fileURLToPath(new URL('../../..', import.meta.url));
const dataFolder = resolve(process.env['DATA_DIR'] ?? join(root, 'data', 'distributed'));
const door = { host: process.env['HOST'] ?? '127.0.0.1', port: process.env['PORT'] ?? '8080' };
const readyDeadlineMs = 240_000;

function say(text: string): void {
  console.log(`${'starter'.padEnd(16)} ${text}`);
}

async function isReady(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(2_000) }).catch(() => null);
  return answer?.ok === true;
}

async function waitUntilReady(plans: readonly ServicePlan[]): Promise<void> {
  const deadline = Date.now() + readyDeadlineMs;
  const waiting = new Map(plans.map((plan) => [plan.name, plan.url]));
  while (waiting.size > 0) {
    for (const [name, url] of waiting) {
      if (!(await isReady(url))) continue;
      waiting.delete(name);
      say(`${name} is ready (${plans.length - waiting.size} of ${plans.length})`);
    }
    if (Date.now() > deadline) throw new Error(`not ready after ${readyDeadlineMs / 1000} s: ${[...waiting.keys()].join(', ')}`);
    if (waiting.size > 0) await sleep(200);
  }
}

await mkdir(dataFolder, { recursive: true });
const infrastructure = await openInfrastructure({ dataFolder, root, say, given: givenStores(process.env) });
const plans = await planServices(infrastructure.parts, door);

const processes = plans.map((plan) => {
  const script = join(root, 'apps', plan.name, 'dist', 'main.js');
  if (!existsSync(script)) throw new Error(`${script} is missing: run npm run build`);
  return new SupervisedProcess({ name: plan.name, script, environment: plan.environment }, writeState);
});

function writeState(): void {
  const services = Object.fromEntries(plans.map((plan, index) => [plan.name, { pid: processes[index]?.pid, url: plan.url }]));
  const file = join(dataFolder, 'distributed.json');
  writeFileSync(`${file}.new`, JSON.stringify({ services, infrastructure: infrastructure.processes() }, null, 2));
  renameSync(`${file}.new`, file); // whoever reads it finds a whole file
}

let stopping = false;
async function stop(exitCode: number): Promise<never> {
  if (stopping) process.exit(1);
  stopping = true;
  say('stopping');
  for (const process of [...processes].reverse()) await process.stop();
  await infrastructure.close();
  process.exit(exitCode);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(0));

try {
  for (const process of processes) process.start();
  await waitUntilReady(plans);
  say(`VoiceAssist runs as eight processes: http://${door.host}:${door.port}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  await stop(1);
}

import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { freePort, startNats } from '@voiceassist/kit';
import autocannon from 'autocannon';
import { BenchedProduct } from '../product.js';

/** Requests per second through gateway + bus + service, against a bare Fastify + bare `nats` pair, in one run. */
const seconds = Number(process.argv[2] ?? 8);
const connections = 32;
const rounds = 2;

function helper(name: string, ...values: string[]): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL(`./${name}.js`, import.meta.url)), values);
  return new Promise((resolve) => child.once('message', () => resolve(child)));
}

interface Target {
  readonly name: string;
  readonly url: string;
  readonly headers?: Record<string, string>;
}

async function measure({ url, headers }: Target): Promise<{ perSecond: number; p95Ms: number }> {
  await autocannon({ url, headers, connections, duration: 1 });
  const result = await autocannon({ url, headers, connections, duration: seconds });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${url}: ${result.non2xx} refusals, ${result.errors} errors`);
  return { perSecond: result.requests.average, p95Ms: result.latency.p97_5 };
}

async function productTarget(name: string, product: BenchedProduct): Promise<Target> {
  const { tokens } = await product.signIn();
  return { name, url: `${product.url}/api/model`, headers: { authorization: `Bearer ${tokens.accessToken}` } };
}

const nats = await startNats();
const port = await freePort();
const bare = [await helper('bare-responder', nats.url), await helper('bare-edge', nats.url, String(port))];
const distributed = await BenchedProduct.start('distributed', { EMBEDDER_URL: 'none:' });
const standalone = await BenchedProduct.start('standalone', { EMBEDDER_URL: 'none:' });
const targets: Target[] = [
  { name: 'bare Fastify + bare nats', url: `http://127.0.0.1:${port}/bare` },
  await productTarget('gateway + NATS + service', distributed),
  await productTarget('gateway + service in one process', standalone),
];

const results = new Map<string, { perSecond: number[]; p95Ms: number[] }>();
for (let round = 0; round < rounds; round += 1) {
  for (const target of targets) {
    const { perSecond, p95Ms } = await measure(target);
    const known = results.get(target.name) ?? { perSecond: [], p95Ms: [] };
    known.perSecond.push(perSecond);
    known.p95Ms.push(p95Ms);
    results.set(target.name, known);
  }
}
const middle = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
const baseline = middle(results.get('bare Fastify + bare nats')?.perSecond ?? []);
for (const [name, { perSecond, p95Ms }] of results) {
  console.log(`${name.padEnd(34)} ${middle(perSecond).toFixed(0).padStart(6)} requests/s, p97.5 ${middle(p95Ms).toFixed(1)} ms, ratio ${(middle(perSecond) / baseline).toFixed(2)}`);
}
for (const child of bare) child.kill();
await Promise.all([distributed.stop(), standalone.stop()]);
await nats.stop();

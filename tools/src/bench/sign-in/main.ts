import { randomBytes } from 'node:crypto';
import { argon2id, hash, verify } from 'argon2';
import { BenchedProduct, percentile } from '../product.js';

/**
 * What signing in costs: the hash alone at some parameters, then whole sign-ins through the gateway, per second and per
 * second of processor time of the product.
 */
const seconds = 8;
const concurrency = 8;
const costs = [
  { memoryCost: 12_288, timeCost: 3, parallelism: 1 },
  { memoryCost: 19_456, timeCost: 2, parallelism: 1 },
  { memoryCost: 47_104, timeCost: 1, parallelism: 1 },
  { memoryCost: 65_536, timeCost: 3, parallelism: 1 },
];

/** Runs the work again and again on so many lanes; answers how long each run took, in milliseconds. */
async function repeat(lanes: number, work: () => Promise<unknown>): Promise<number[]> {
  const took: number[] = [];
  const until = performance.now() + seconds * 1_000;
  const lane = async () => {
    while (performance.now() < until) {
      const startedAt = performance.now();
      await work();
      took.push(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return took;
}

async function measureHash(cost: (typeof costs)[number]): Promise<void> {
  const password = randomBytes(16);
  const digest = await hash(password, { type: argon2id, ...cost });
  const before = process.cpuUsage();
  const took = await repeat(1, () => verify(digest, password));
  const { user, system } = process.cpuUsage(before);
  const perCore = took.length / ((user + system) / 1e6);
  console.log(`argon2id m=${String(cost.memoryCost).padStart(5)} KiB t=${cost.timeCost} p=${cost.parallelism}: ${perCore.toFixed(1)} a second and core, median ${percentile(took, 0.5).toFixed(1)} ms`);
}

async function measureSignIns(product: BenchedProduct): Promise<void> {
  const signIn = await product.makeVisitor();
  await signIn();
  const before = product.cpuSeconds;
  const startedAt = performance.now();
  const took = await repeat(concurrency, signIn);
  const elapsed = (performance.now() - startedAt) / 1_000;
  const cpu = product.cpuSeconds - before;
  console.log(`sign-ins through the gateway, ${concurrency} at once: ${(took.length / elapsed).toFixed(1)} a second, ${(took.length / cpu).toFixed(1)} a second and core of the product, median ${percentile(took, 0.5).toFixed(0)} ms, p97.5 ${percentile(took, 0.975).toFixed(0)} ms`);
}

for (const cost of costs) await measureHash(cost);
const product = await BenchedProduct.start('standalone', { EMBEDDER_URL: 'none:', SAMPLES_DIR: '/nonexistent' });
try {
  await measureSignIns(product);
} finally {
  await product.stop();
}

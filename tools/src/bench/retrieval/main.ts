import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { EmbedderConfig, openEmbedder, type Embedder } from '@voiceassist/ai';
import { readBeirSet } from './beir-set.js';
import { openPgliteEngine } from './engines.js';
import { runQuality, type QualityResult } from './quality.js';
import { readSamplesSet } from './samples-set.js';
import { runSpeed } from './speed.js';

const { values: given } = parseArgs({
  options: {
    /** A set's name; may be repeated. */
    set: { type: 'string', multiple: true },
    /** Where the sets are. */
    data: { type: 'string', default: '../shared/data' },
    /** Also with the encoder that ships. */
    encoder: { type: 'boolean', default: false },
    /** Encoder weights to try, comma-separated: calibration on development sets. */
    weights: { type: 'string' },
    /** Search times instead of answer quality, at these numbers of passages. */
    speed: { type: 'string', multiple: true },
    /** Part of an engine's name: only those are timed. */
    engine: { type: 'string', default: '' },
    /** The least nDCG@10; a set below it makes the command fail. */
    goal: { type: 'string', default: '0' },
    cache: { type: 'string', default: 'node_modules/.cache/voiceassist/bench' },
  },
});

const dataFolder = resolve(given.data);
const samplesFolder = fileURLToPath(new URL('../../../../apps/standalone/samples-src/', import.meta.url));
const cacheFolder = resolve(given.cache);
const setNames = given.set ?? ['samples', 'pubmedqa-dev', 'medquad-dev', 'bioasq-dev'];
const denseWeights = given.weights?.split(',').map(Number) ?? [undefined];

function line(name: string, how: string, { measures }: QualityResult): string {
  if (measures.ndcgAt10 < Number(given.goal)) process.exitCode = 1;
  const figure = (value: number): string => value.toFixed(4);
  const { ndcgAt10, recallAt10, recallAt100, mrrAt10 } = measures;
  return `| ${name} | ${how} | ${figure(ndcgAt10)} | ${figure(recallAt10)} | ${figure(recallAt100)} | ${figure(mrrAt10)} |`;
}

async function printQuality(embedder: Embedder | null): Promise<void> {
  console.log('| set | how | nDCG@10 | Recall@10 | Recall@100 | MRR@10 |\n|---|---|---|---|---|---|');
  for (const name of setNames) {
    const set = name === 'samples' ? await readSamplesSet(samplesFolder) : await readBeirSet(dataFolder, name);
    if (!set) {
      console.log(`SKIPPED ${name} not present`);
      continue;
    }
    const engine = await openPgliteEngine();
    try {
      const run = { set, index: engine.index, denseWeights, cacheFolder };
      for (const result of await runQuality({ ...run, embedder: null })) console.log(line(name, 'words', result));
      if (!embedder) continue;
      for (const result of await runQuality({ ...run, embedder })) {
        console.log(line(name, `words + ${result.denseWeight ?? 'default'} × ${embedder.id}`, result));
      }
    } finally {
      await engine.close();
    }
  }
}

if (given.speed) {
  await runSpeed({ sizes: given.speed.map(Number), dataFolder, engine: given.engine });
} else {
  const embedder = given.encoder ? await openEmbedder(new EmbedderConfig({ EMBEDDER_URL: 'local:' })) : null;
  await printQuality(embedder);
  await embedder?.close();
}

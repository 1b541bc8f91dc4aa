import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { EmbedderConfig, openEmbedder, type Embedder } from '@voiceassist/ai';
import { readBeirSet } from './beir-set.js';
import { openPgliteEngine } from './engines.js';
import { runQuality, type QualityResult } from './quality.js';
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
    cache: { type: 'string', default: 'node_modules/.cache/voiceassist/bench' },
  },
});

const dataFolder = resolve(given.data);
const cacheFolder = resolve(given.cache);
const setNames = given.set ?? ['pubmedqa-dev', 'medquad-dev', 'bioasq-dev'];
const denseWeights = given.weights?.split(',').map(Number) ?? [undefined];

function line(name: string, how: string, { measures }: QualityResult): string {
  const figure = (value: number): string => value.toFixed(4);
  const { ndcgAt10, recallAt10, recallAt100, mrrAt10 } = measures;
  return `| ${name} | ${how} | ${figure(ndcgAt10)} | ${figure(recallAt10)} | ${figure(recallAt100)} | ${figure(mrrAt10)} |`;
}

async function printQuality(embedder: Embedder | null): Promise<void> {
  console.log('| set | how | nDCG@10 | Recall@10 | Recall@100 | MRR@10 |\n|---|---|---|---|---|---|');
  for (const name of setNames) {
    const set = await readBeirSet(dataFolder, name);
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

if (!existsSync(dataFolder)) {
  for (const name of setNames) console.log(`SKIPPED ${name} not present`);
} else if (given.speed) {
  await runSpeed({ sizes: given.speed.map(Number), dataFolder, engine: given.engine });
} else {
  const embedder = given.encoder ? await openEmbedder(new EmbedderConfig({ EMBEDDER_URL: 'local:' })) : null;
  await printQuality(embedder);
  await embedder?.close();
}

import { performance } from 'node:perf_hooks';
import type { PassageIndex } from '@voiceassist/storage';
import { openPgliteEngine, openPostgresEngine, type Engine } from './engines.js';
import { percentile } from './measures.js';
import { collectionCount, readSpeedCorpus, type SpeedCorpus } from './speed-corpus.js';

const dimension = 512;

interface Contestant {
  readonly name: string;
  readonly vectors: boolean;
  open(): Promise<Engine>;
}

const contestants: readonly Contestant[] = [
  { name: 'Postgres 15, words', vectors: false, open: openPostgresEngine },
  { name: 'PGlite, words', vectors: false, open: openPgliteEngine },
  { name: 'PGlite, words + vectors', vectors: true, open: openPgliteEngine },
];

interface Times {
  readonly fillSeconds: number;
  readonly everywhere: readonly number[];
  readonly oneOfTen: readonly number[];
}

async function fill(index: PassageIndex, corpus: SpeedCorpus, work: { size: number; vectors: boolean }): Promise<number> {
  const model = work.vectors ? { embedderId: 'bench', dimension } : { embedderId: null, dimension: null };
  const filling = await index.beginVersion(model);
  const started = performance.now();
  const step = 400;
  for (let start = 0; start < work.size; start += step) {
    const count = Math.min(step, work.size - start);
    await filling.upsert(Array.from({ length: count }, (_, position) => corpus.passage(start + position, model.dimension)));
    process.stderr.write(`\r  filled ${start + count} of ${work.size} `);
  }
  await filling.activate();
  process.stderr.write('\n');
  return (performance.now() - started) / 1000;
}

const repeats = 3;

/** Each question's best of three, so that other work on the machine does not count as ours. */
async function time(index: PassageIndex, corpus: SpeedCorpus, ask: { vectors: boolean; collectionIds: string[] }): Promise<number[]> {
  const best = corpus.questions.map(() => Infinity);
  for (let round = 0; round < repeats; round++) {
    for (const [position, { text, vector }] of corpus.questions.entries()) {
      const started = performance.now();
      await index.search({ query: text, queryVector: ask.vectors ? vector : null, collectionIds: ask.collectionIds, limit: 10 });
      best[position] = Math.min(best[position] ?? Infinity, performance.now() - started);
    }
  }
  return best;
}

async function measureContestant(contestant: Contestant, corpus: SpeedCorpus, size: number): Promise<Times> {
  const { vectors } = contestant;
  const engine = await contestant.open();
  try {
    const model = vectors ? { embedderId: 'bench', dimension } : { embedderId: null, dimension: null };
    const index = await engine.index.openIndex({ name: 'speed', ...model });
    const fillSeconds = await fill(index, corpus, { size, vectors });
    const all = Array.from({ length: collectionCount }, (_, number) => `collection-${number}`);
    return {
      fillSeconds,
      everywhere: await time(index, corpus, { vectors, collectionIds: all }),
      oneOfTen: await time(index, corpus, { vectors, collectionIds: all.slice(0, 1) }),
    };
  } finally {
    await engine.close();
  }
}

function line(name: string, size: number, { times, reference }: { times: Times; reference: Times }): string {
  const figures = [times.everywhere, times.oneOfTen].flatMap((list) => [percentile(list, 0.5).toFixed(1), percentile(list, 0.95).toFixed(1)]);
  const ratio = percentile(times.everywhere, 0.5) / percentile(reference.everywhere, 0.5);
  return `| ${size} | ${name} | ${figures.join(' | ')} | ${ratio.toFixed(2)} | ${Math.round(size / times.fillSeconds)} |`;
}

/** Search times through the port, one question at a time, and how fast an index fills. */
export async function runSpeed({ sizes, dataFolder, engine }: { sizes: readonly number[]; dataFolder: string; engine: string }): Promise<void> {
  const corpus = await readSpeedCorpus(dataFolder, dimension);
  if (!corpus) {
    console.log('SKIPPED speed: medquad-dev and bioasq-dev not present');
    return;
  }
  console.log('| passages | engine | p50 ms | p95 ms | p50 ms, 1 of 10 collections | p95 ms | p50 ratio to the first | passages filled a second |\n|---|---|---|---|---|---|---|---|');
  for (const size of sizes) {
    let reference: Times | undefined;
    for (const contestant of contestants.filter(({ name }) => name.includes(engine))) {
      const times = await measureContestant(contestant, corpus, size);
      reference ??= times;
      console.log(line(contestant.name, size, { times, reference }));
    }
  }
}

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BenchedKnowledgeBase } from './knowledge-base.js';
import { hitRates, type Question } from './questions.js';

/** Pages per second from accepted to searchable, without and with the encoder, and whether questions find their page. */
const folder = fileURLToPath(new URL('../../../../../shared/data/pdfs/', import.meta.url));
const files = ['cdc-outpatient-infection-prevention-2016.pdf', 'cdc-ckd-fact-sheet-2021.pdf', 'jaradat-2016-thymus-bovei.pdf'];
const rounds = 3;

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

interface Measured {
  readonly pages: number;
  readonly seconds: number;
}

/** The median of several rounds; between them the file is removed, because it would be refused as a duplicate. */
async function measure(knowledge: BenchedKnowledgeBase, file: string): Promise<Measured> {
  const times: number[] = [];
  let read = { pages: 0, passages: 0 };
  for (let round = 1; round <= rounds; round += 1) {
    if (round > 1) await knowledge.forget(file);
    const begun = performance.now();
    read = await knowledge.ingest(file, readFileSync(join(folder, file)));
    times.push((performance.now() - begun) / 1000);
  }
  const seconds = median(times);
  console.log(`  ${file.padEnd(46)} ${String(read.pages).padStart(3)} pages ${String(read.passages).padStart(4)} passages ${seconds.toFixed(2)} s  ${(read.pages / seconds).toFixed(1)} pages/s`);
  return { pages: read.pages, seconds };
}

async function bench(encoder: string): Promise<number> {
  const knowledge = await BenchedKnowledgeBase.start(encoder);
  try {
    // The first file pays for loading the parser and the encoder; it is not counted.
    await knowledge.ingest('warm-up.md', Buffer.from('# Warm-up\n\nThe encoder loads with the first text.'));
    const measured: Measured[] = [];
    for (const file of files) measured.push(await measure(knowledge, file));
    const rate = measured.reduce((sum, { pages }) => sum + pages, 0) / measured.reduce((sum, { seconds }) => sum + seconds, 0);
    console.log(`  together ${rate.toFixed(1)} pages/s`);
    const questions = readFileSync(join(folder, 'questions.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Question); // written with the PDFs
    console.log(`  ${await hitRates(knowledge, questions)}`);
    return rate;
  } finally {
    await knowledge.stop();
  }
}

if (files.every((file) => existsSync(join(folder, file)))) {
  console.log('encoder none:');
  const without = await bench('none:');
  console.log('encoder local:');
  const withEncoder = await bench('local:');
  console.log(`ratio with encoder / without: ${(withEncoder / without).toFixed(2)}`);
} else {
  console.log('SKIPPED ingestion ../shared/data/pdfs not present');
}

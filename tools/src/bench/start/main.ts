import { kb } from '@voiceassist/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import { BenchedProduct } from '../product.js';

/** How long standalone takes to be ready, and how much memory it holds idle and after 1,000 passages. */
const words = 'dose infusion pressure ward patient hourly sodium nurse review chart measure record protocol vial line flush label check alarm pump'.split(' ');

function textOfPassages(count: number): string {
  const paragraph = (index: number) => `# Section ${index}\n\n${Array.from({ length: 9 }, (_, line) => `Rule ${index}.${line} says that ${words.map((_word, at) => words[(at * 7 + index + line) % words.length]).slice(0, 7).join(' ')}.`).join(' ')}\n\n`;
  return Array.from({ length: count }, (_, index) => paragraph(index)).join('');
}

async function idleMb(product: BenchedProduct): Promise<number> {
  await sleep(3_000);
  return product.residentMb;
}

for (const encoder of ['none:', 'local:']) {
  const first = await BenchedProduct.start('standalone', { EMBEDDER_URL: encoder, SAMPLES_DIR: '/nonexistent' });
  const firstStart = first.startedInMs;
  await first.stop({ keepData: true });
  const product = await BenchedProduct.start('standalone', { EMBEDDER_URL: encoder, SAMPLES_DIR: '/nonexistent' }, first.dataFolder);
  const idle = await idleMb(product);
  const { client } = await product.signIn();
  const { documentId } = await client.upload(kb.uploadDocument, new File([textOfPassages(1000)], 'bench.md', { type: 'text/markdown' }));
  let document = await client.request(kb.readDocument, { documentId });
  while (document.stage !== 'ready' && document.stage !== 'failed') {
    await sleep(200);
    document = await client.request(kb.readDocument, { documentId });
  }
  const full = await idleMb(product);
  console.log(`encoder ${encoder.padEnd(7)} first start ${(firstStart / 1000).toFixed(2)} s, start on existing data ${(product.startedInMs / 1000).toFixed(2)} s (ratio ${(firstStart / product.startedInMs).toFixed(2)}), idle ${idle.toFixed(0)} MB, after ${document.report?.passages ?? 0} passages ${full.toFixed(0)} MB (ratio ${(full / idle).toFixed(2)})`);
  await product.stop();
}

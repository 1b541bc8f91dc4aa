import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { findPhi } from '@voiceassist/phi';
import { falseAlarms, measure, speed } from './measures.js';
import { readPhiSet, type PhiItem, type PhiSet } from './phi-set.js';

const { values: given, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** Only every second item: `even` to tune on, `odd` to judge by. */
    half: { type: 'string' },
    /** Leave out what the finder is less sure of. */
    least: { type: 'string', default: '0' },
    /** Print what was missed and what was marked in vain. */
    show: { type: 'boolean', default: false },
  },
});
const folders = positionals.length > 0 ? positionals : ['../shared/data/phi-clinical-dev', '../shared/data/phi-presidio-dev'];
const leastScore = Number(given.least);
const find = (text: string) => findPhi(text, { leastScore });
const percent = (value: number) => `${(value * 100).toFixed(1)} %`;

function chosen(items: readonly PhiItem[]): readonly PhiItem[] {
  return given.half === undefined ? items : items.filter((_, index) => (index % 2 === 0) === (given.half === 'even'));
}

function show(items: readonly PhiItem[], negatives: readonly PhiItem[]): void {
  for (const { item, type, start, end } of measure(items, find).missed) {
    console.log(`MISSED ${type} «${item.text.slice(start, end)}» in …${JSON.stringify(item.text.slice(Math.max(0, start - 40), end + 30))}`);
  }
  for (const [item, spans] of falseAlarms(negatives, find).alarmed) {
    console.log(`ALARM ${item.id} ${spans.map(({ kind, start, end, score }) => `${kind} ${score} «${item.text.slice(start, end)}»`).join(' | ')}`);
  }
}

function print(set: PhiSet): void {
  const [items, negatives] = [chosen(set.items), chosen(set.negatives)];
  const { perType, overall, precision } = measure(items, find);
  console.log(`\n${set.name}${given.half === undefined ? '' : ` (${given.half} half)`}\n| type | marked | covered | recall |\n|---|---|---|---|`);
  for (const [type, { marked, covered }] of [...perType].sort(([a], [b]) => a.localeCompare(b))) console.log(`| ${type} | ${marked} | ${covered} | ${percent(covered / marked)} |`);
  console.log(`| all | ${overall.marked} | ${overall.covered} | ${percent(overall.covered / Math.max(1, overall.marked))} |`);
  console.log(`precision of marked characters ${percent(precision)}`);
  if (negatives.length > 0) {
    const { share, alarmed } = falseAlarms(negatives, find);
    console.log(`negatives with a false alarm ${alarmed.length} of ${negatives.length}: ${percent(share)}`);
  }
  const { byClock, byProcessor } = speed([...items, ...negatives].map(({ text }) => text), find);
  console.log(`speed ${byClock.toFixed(2)} MB/s, ${byProcessor.toFixed(2)} MB for a second of processor time`);
  if (given.show) show(items, negatives);
}

for (const folder of folders) {
  const set = await readPhiSet(resolve(folder));
  if (set) print(set);
  else console.log(`SKIPPED ${folder} not present`);
}

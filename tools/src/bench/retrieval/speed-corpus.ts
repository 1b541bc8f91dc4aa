import type { PassageEntry } from '@voiceassist/storage';
import { readBeirSet } from './beir-set.js';

/** Repeatable pseudo-random numbers from 0 to 1, so that two runs measure the same work. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface SpeedCorpus {
  /** Passages of about 90 words, numbered from 0; the same number is always the same passage. */
  passage(number: number, dimension: number | null): PassageEntry;
  readonly questions: readonly { readonly text: string; readonly vector: number[] }[];
}

export const collectionCount = 10;
const clusters = 200;

/** Around one of some centres, as meanings lie: random vectors all alike would be unfairly hard, equal ones too easy. */
function vectorNear(centre: number, dimension: number, random: () => number): number[] {
  const around = randomNumbers(centre + 1);
  return Array.from({ length: dimension }, () => around() - 0.5 + (random() - 0.5) * 0.6);
}

/** Sentences of the development sets put together anew: real words and their real frequencies at any size. */
export async function readSpeedCorpus(dataFolder: string, dimension: number): Promise<SpeedCorpus | null> {
  const sets = [await readBeirSet(dataFolder, 'medquad-dev'), await readBeirSet(dataFolder, 'bioasq-dev')].flatMap((set) => (set ? [set] : []));
  const sentences = sets.flatMap(({ documents }) => documents.flatMap(({ text }) => text.split(/(?<=[.!?])\s+/u).filter((sentence) => sentence.length > 20)));
  if (sentences.length === 0) return null;
  const pick = randomNumbers(7);
  const asked = sets.flatMap(({ queries }) => queries.map(({ text }) => text));
  const questions = Array.from({ length: 200 }, () => {
    const text = asked[Math.floor(pick() * asked.length)] ?? '';
    return { text, vector: vectorNear(Math.floor(pick() * clusters), dimension, pick) };
  });
  return {
    questions,
    passage(number, wanted) {
      const random = randomNumbers(number * 7919 + 13);
      let text = '';
      while (text.length < 560) text += `${sentences[Math.floor(random() * sentences.length)]} `;
      const collection = Math.floor(random() * collectionCount);
      const vector = wanted === null ? null : vectorNear(Math.floor(random() * clusters), wanted, random);
      return { passageId: `passage-${number}`, documentId: `document-${Math.floor(number / 50)}`, collectionId: `collection-${collection}`, title: '', text, vector };
    },
  };
}

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';

const Item = z.object({ id: z.string(), text: z.string(), spans: z.array(z.object({ start: z.int(), end: z.int(), type: z.string() })) });
export type PhiItem = z.output<typeof Item>;

export interface PhiSet {
  readonly name: string;
  readonly items: readonly PhiItem[];
  /** Texts without anything to find. */
  readonly negatives: readonly PhiItem[];
}

async function rows(file: string): Promise<PhiItem[]> {
  if (!existsSync(file)) return [];
  const text = await readFile(file, 'utf8');
  return text.split('\n').filter((line) => line.trim() !== '').map((line) => Item.parse(JSON.parse(line)));
}

/** Reads `items.jsonl` and, where there is one, `negatives.jsonl`; null when this machine does not have the set. */
export async function readPhiSet(folder: string): Promise<PhiSet | null> {
  if (!existsSync(join(folder, 'items.jsonl'))) return null;
  return { name: basename(folder), items: await rows(join(folder, 'items.jsonl')), negatives: await rows(join(folder, 'negatives.jsonl')) };
}

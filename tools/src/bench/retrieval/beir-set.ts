import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import type { Judgements } from './measures.js';

const Row = z.object({ _id: z.string(), title: z.string().default(''), text: z.string() });
export type BeirRow = z.output<typeof Row>;

export interface BeirSet {
  readonly name: string;
  readonly documents: readonly BeirRow[];
  /** Only queries that somebody judged. */
  readonly queries: readonly (BeirRow & { readonly judgements: Judgements })[];
}

const rows = (text: string): BeirRow[] => text.split('\n').filter((line) => line !== '').map((line) => Row.parse(JSON.parse(line)));

function judged(tsv: string): Map<string, Map<string, number>> {
  const byQuery = new Map<string, Map<string, number>>();
  for (const line of tsv.split('\n').slice(1)) {
    const [query, document, grade] = line.split('\t');
    if (query === undefined || document === undefined || grade === undefined) continue;
    const grades = byQuery.get(query) ?? new Map<string, number>();
    byQuery.set(query, grades.set(document, Number(grade)));
  }
  return byQuery;
}

/** Reads a set in BEIR form; null when this machine does not have it. */
export async function readBeirSet(folder: string, name: string): Promise<BeirSet | null> {
  const file = (part: string): string => join(folder, name, part);
  if (!existsSync(file('corpus.jsonl.gz'))) return null;
  const documents = rows(gunzipSync(await readFile(file('corpus.jsonl.gz'))).toString('utf8'));
  const judgements = judged(await readFile(file('qrels.tsv'), 'utf8'));
  const queries = rows(await readFile(file('queries.jsonl'), 'utf8')).flatMap((row) => {
    const grades = judgements.get(row._id);
    return grades ? [{ ...row, judgements: grades }] : [];
  });
  return { name, documents, queries };
}

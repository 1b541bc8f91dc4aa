import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Embedder } from '@voiceassist/ai';

const patienceMs = 600_000;
/** Texts in one file: a run that is broken off loses no more than these. */
const textsPerFile = 512;

async function encodeChunk(embedder: Embedder, texts: readonly string[], folder: string): Promise<Float32Array> {
  const key = createHash('sha256').update(JSON.stringify([embedder.id, texts])).digest('hex').slice(0, 24);
  const file = join(folder, `${key}.f32`);
  const stored = await readFile(file).catch(() => null);
  if (stored) return new Float32Array(new Uint8Array(stored).buffer);
  const vectors = await embedder.embed(texts, AbortSignal.timeout(patienceMs));
  const flat = Float32Array.from(vectors.flat());
  await mkdir(folder, { recursive: true });
  await writeFile(`${file}.part`, flat);
  await rename(`${file}.part`, file);
  return flat;
}

/**
 * Encodes texts, or reads what an earlier run encoded: the local encoder needs minutes for a set. `folder` holds one
 * file for each few hundred texts and encoder; deleting it costs time only.
 */
export async function encodeTexts(embedder: Embedder, texts: readonly string[], folder: string): Promise<Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (let start = 0; start < texts.length; start += textsPerFile) {
    const chunk = texts.slice(start, start + textsPerFile);
    const flat = await encodeChunk(embedder, chunk, folder);
    chunk.forEach((_, position) => vectors.push(flat.subarray(position * embedder.dimension, (position + 1) * embedder.dimension)));
    process.stderr.write(`\r  encoded ${start + chunk.length} of ${texts.length} `);
  }
  process.stderr.write('\n');
  return vectors;
}

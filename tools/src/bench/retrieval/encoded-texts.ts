import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Embedder } from '@voiceassist/ai';

const patience = 3_600_000;

/**
 * Encodes texts, or reads what an earlier run encoded: the local encoder needs minutes for a set. `folder` holds one
 * file for each list of texts and encoder; deleting it costs time only.
 */
export async function encodeTexts(embedder: Embedder, texts: readonly string[], folder: string): Promise<Float32Array[]> {
  const key = createHash('sha256').update(JSON.stringify([embedder.id, texts])).digest('hex').slice(0, 24);
  const file = join(folder, `${key}.f32`);
  const stored = await readFile(file).catch(() => null);
  const flat = stored ? new Float32Array(stored.buffer, stored.byteOffset, stored.byteLength / 4) : await encode(embedder, texts);
  if (!stored) {
    await mkdir(folder, { recursive: true });
    await writeFile(file, flat);
  }
  return texts.map((_, position) => flat.subarray(position * embedder.dimension, (position + 1) * embedder.dimension));
}

async function encode(embedder: Embedder, texts: readonly string[]): Promise<Float32Array> {
  const flat = new Float32Array(texts.length * embedder.dimension);
  const step = 256;
  for (let start = 0; start < texts.length; start += step) {
    const vectors = await embedder.embed(texts.slice(start, start + step), AbortSignal.timeout(patience));
    vectors.forEach((vector, position) => flat.set(vector, (start + position) * embedder.dimension));
    process.stderr.write(`\r  encoded ${Math.min(start + step, texts.length)} of ${texts.length} `);
  }
  process.stderr.write('\n');
  return flat;
}

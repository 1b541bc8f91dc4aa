import { Worker } from 'node:worker_threads';
import { vendorUnavailable } from '../openai/vendor-errors.js';
import { Embedder } from './embedder.js';
import { unitLength } from './unit-length.js';

const textsPerBatch = 16;
const warmUpMs = 60_000;
/** The encoder reads 128 tokens; more characters than these can never count. */
const mostCharacters = 2000;

interface Reply {
  readonly batch: number;
  readonly vectors?: number[][];
  readonly problem?: string;
}
interface Waiting {
  readonly resolve: (vectors: number[][]) => void;
  readonly reject: (error: unknown) => void;
}

/** Worker threads cannot load TypeScript's `.js` names from sources, so the file is named as this one is. */
const workerFile = () => new URL(`./local-encoder.worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

/** Universal Sentence Encoder lite, its weights taken from a package: no network. The thread starts with the first text. */
export class LocalEmbedder extends Embedder {
  readonly id = 'energetic-ai-use-lite-en-0.2.0';
  readonly dimension = 512;
  readonly enabled = true;
  private worker: Worker | undefined;
  private nextBatch = 0;
  private readonly waiting = new Map<number, Waiting>();
  /** Batches go one after another, so that an aborted call's later ones are never computed. */
  private turn: Promise<unknown> = Promise.resolve();

  async embed(texts: readonly string[], signal: AbortSignal): Promise<number[][]> {
    const vectors: number[][] = [];
    for (let from = 0; from < texts.length; from += textsPerBatch) {
      signal.throwIfAborted();
      vectors.push(...(await this.inTurn(texts.slice(from, from + textsPerBatch), signal)));
    }
    return vectors;
  }

  override prepare(): void {
    // a failure here shows again with the first text, where somebody can be told
    void this.check(AbortSignal.timeout(warmUpMs)).catch(() => undefined);
  }

  async check(signal: AbortSignal): Promise<void> {
    await this.embed(['ready'], signal);
  }

  async close(): Promise<void> {
    const worker = this.worker;
    this.worker = undefined;
    this.fail(new Error('the encoder is closed'));
    await worker?.terminate();
  }

  private inTurn(texts: readonly string[], signal: AbortSignal): Promise<number[][]> {
    const mine = this.turn.then(() => {
      signal.throwIfAborted();
      return this.encode(texts);
    });
    this.turn = mine.catch(() => undefined);
    return new Promise((resolve, reject) => {
      const abort = () => reject(signal.reason as Error);
      signal.addEventListener('abort', abort, { once: true });
      mine.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
    });
  }

  private encode(texts: readonly string[]): Promise<number[][]> {
    const worker = (this.worker ??= this.start());
    const batch = (this.nextBatch += 1);
    // the encoder leaves blank texts out of its answer, which would shift all that follow
    const readable = texts.map((text) => (text.trim() === '' ? '.' : text.slice(0, mostCharacters)));
    return new Promise((resolve, reject) => {
      this.waiting.set(batch, { resolve, reject });
      worker.postMessage({ batch, texts: readable });
    });
  }

  private start(): Worker {
    const worker = new Worker(workerFile(), { execArgv: ['--disable-warning=ExperimentalWarning'] });
    worker.unref();
    worker.on('message', (reply: Reply) => this.settle(reply));
    const lost = (error: unknown) => {
      if (this.worker === worker) this.worker = undefined;
      this.fail(error);
    };
    worker.on('error', lost);
    worker.on('exit', () => lost(new Error('the encoder thread ended')));
    return worker;
  }

  private settle({ batch, vectors, problem }: Reply): void {
    const waiting = this.waiting.get(batch);
    this.waiting.delete(batch);
    if (vectors) waiting?.resolve(vectors.map(unitLength));
    else waiting?.reject(vendorUnavailable('EMBEDDER', new Error(problem)));
  }

  private fail(error: unknown): void {
    const lost = [...this.waiting.values()];
    this.waiting.clear();
    for (const { reject } of lost) reject(vendorUnavailable('EMBEDDER', error));
  }
}

import { vendorUnavailable } from '../openai/vendor-errors.js';
import { Embedder } from './embedder.js';

/** No encoder: search is lexical only. */
export class NoEmbedder extends Embedder {
  readonly id = 'none';
  readonly dimension = 0;
  readonly enabled = false;

  async embed(): Promise<number[][]> {
    throw vendorUnavailable('EMBEDDER', new Error('no encoder is configured'));
  }

  async check(): Promise<void> {
    // there is nothing to be down
  }

  async close(): Promise<void> {
    // nothing was opened
  }
}

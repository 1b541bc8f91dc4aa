import { createHash } from 'node:crypto';
import { AppError } from '@voiceassist/kit';

/** Lets chunks through while it counts and hashes them, and fails once there are too many. */
export class CountedBytes {
  readonly #hash = createHash('sha256');
  sizeBytes = 0;

  constructor(private readonly maxBytes: number) {}

  async *of(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      this.sizeBytes += chunk.byteLength;
      if (this.sizeBytes > this.maxBytes) {
        throw new AppError('FILE_TOO_LARGE', 'invalid', `The file is larger than ${this.maxBytes} bytes.`, { details: { maxBytes: this.maxBytes } });
      }
      this.#hash.update(chunk);
      yield chunk;
    }
  }

  get sha256(): string {
    return this.#hash.copy().digest('hex');
  }
}

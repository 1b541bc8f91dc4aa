/** A message that cannot be part of the protocol; the connection must end. */
export class ProtocolViolation extends Error {}

const maxFrameBytes = 256 * 1024 * 1024;

/**
 * Cuts a byte stream of the PostgreSQL protocol into whole messages, however the bytes were chunked on the way.
 * Messages at the beginning of a connection have no type byte (`nextUntyped`), all later ones have (`next`).
 */
export class FrameReader {
  #chunks: Buffer[] = [];
  #size = 0;

  push(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#size += chunk.length;
  }

  nextUntyped(): Buffer | undefined {
    return this.#take(0);
  }

  next(): Buffer | undefined {
    return this.#take(1);
  }

  #take(typeBytes: 0 | 1): Buffer | undefined {
    const headBytes = typeBytes + 4;
    if (this.#size < headBytes) return undefined;
    const frameBytes = this.#front(headBytes).readInt32BE(typeBytes) + typeBytes;
    if (frameBytes < headBytes || frameBytes > maxFrameBytes) throw new ProtocolViolation(`message of ${frameBytes} bytes`);
    if (this.#size < frameBytes) return undefined;
    const joined = this.#front(frameBytes);
    const rest = joined.subarray(frameBytes);
    this.#chunks[0] = rest;
    if (rest.length === 0) this.#chunks.shift();
    this.#size -= frameBytes;
    return joined.subarray(0, frameBytes);
  }

  /** The first chunk, joined with the following ones only when it is too short: large messages are copied once. */
  #front(atLeastBytes: number): Buffer {
    const first = this.#chunks[0];
    if (first && first.length >= atLeastBytes) return first;
    const joined = Buffer.concat(this.#chunks, this.#size);
    this.#chunks = [joined];
    return joined;
  }
}

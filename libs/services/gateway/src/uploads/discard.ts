import type { Readable } from 'node:stream';

const patienceMs = 10_000;

/**
 * Reads the rest of a request away, up to a number of bytes and for a while: a client that is still sending would
 * otherwise see a broken connection instead of why it was refused.
 */
export async function discard(source: Readable, maxBytes: number): Promise<void> {
  if (source.destroyed || source.readableEnded) return;
  source.unpipe();
  await new Promise<void>((resolve) => {
    let read = 0;
    const done = () => {
      clearTimeout(timer);
      source.off('data', count).off('end', done).off('close', done).off('error', done);
      resolve();
    };
    const count = (chunk: Buffer) => {
      read += chunk.byteLength;
      if (read > maxBytes) done();
    };
    const timer = setTimeout(done, patienceMs);
    source.on('data', count).once('end', done).once('close', done).once('error', done);
    source.resume();
  });
}

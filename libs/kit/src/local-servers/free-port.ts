import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the range from which Linux takes ports for connections, which could take one between its choice and its use. */
const usualRange = '15000-31999';
const tries = 100;

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

/**
 * A TCP port of 127.0.0.1 that nobody listens on at the moment. `FREE_PORTS`, as `15000-19999`, keeps suites that run side
 * by side from choosing the same.
 */
export async function freePort(): Promise<number> {
  const [first = 0, last = 0] = (process.env['FREE_PORTS'] ?? usualRange).split('-').map(Number);
  for (let left = tries; left > 0; left -= 1) {
    const port = randomInt(first, last + 1);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port between ${first} and ${last}`);
}

import { join } from 'node:path';
import { answers } from './greeting.js';
import { startLocalServer, type LocalServer, type LocalServerOptions } from './local-server.js';
import { requireProgram } from './server-binaries.js';

/** A Redis server that appends every write to a file in its folder and evicts nothing. */
export function startRedis(options: LocalServerOptions = {}): Promise<LocalServer> {
  return startLocalServer(
    {
      name: 'redis',
      prepare: async ({ folder, port }) => ({
        url: `redis://127.0.0.1:${port}`,
        command: {
          name: 'redis-server',
          binary: requireProgram('redis-server'),
          arguments: ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, '--appendonly', 'yes', '--save', '', '--maxmemory-policy', 'noeviction'],
          logFile: join(folder, 'server.log'),
          stopSignal: 'SIGTERM',
          orphanSignal: 'SIGKILL',
          isReady: () => answers(port, { say: 'PING\r\n', expect: '+PONG' }),
        },
      }),
    },
    options,
  );
}

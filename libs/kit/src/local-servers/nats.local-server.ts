import { join } from 'node:path';
import { answers } from './greeting.js';
import { startLocalServer, type LocalServer, type LocalServerOptions } from './local-server.js';
import { requireProgram } from './server-binaries.js';

/** A NATS server with JetStream; its streams survive `restart` and stay in the given folder. */
export function startNats(options: LocalServerOptions = {}): Promise<LocalServer> {
  return startLocalServer(
    {
      name: 'nats',
      prepare: async ({ folder, port }) => ({
        url: `nats://127.0.0.1:${port}`,
        command: {
          name: 'nats-server',
          binary: requireProgram('nats-server'),
          arguments: ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', join(folder, 'jetstream')],
          logFile: join(folder, 'server.log'),
          stopSignal: 'SIGTERM',
          orphanSignal: 'SIGKILL',
          isReady: () => answers(port, { expect: 'INFO ' }),
        },
      }),
    },
    options,
  );
}

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { answers } from './greeting.js';
import { startLocalServer, type LocalServer, type LocalServerOptions, type Place } from './local-server.js';
import { requireProgram } from './server-binaries.js';

export interface NatsServerOptions extends LocalServerOptions {
  /** Text of a configuration file, for example accounts and users; address, port and store are added to it. */
  readonly configuration?: string;
  /** What the configuration refers to as `$NAME`. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Certificate and key of the server, and the authority that vouches for clients (PEM): plain connections and clients without a certificate are refused. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string; readonly clientCaFile: string };
}

/** How long a client may take to prove who it is: longer than the server's own two seconds, for a machine where all services start at once. */
const handshakeSeconds = 15;

function textOf({ configuration = '', tls }: NatsServerOptions): string {
  const { certFile, keyFile, clientCaFile } = tls ?? {};
  const secured = `tls: ${JSON.stringify({ cert_file: certFile, key_file: keyFile, ca_file: clientCaFile, verify: true, timeout: handshakeSeconds })}`;
  return [`authorization: { timeout: ${handshakeSeconds} }`, tls ? secured : '', configuration].join('\n');
}

async function argumentsFor({ folder, port }: Place, options: NatsServerOptions): Promise<string[]> {
  const configFile = join(folder, 'nats-server.conf');
  await writeFile(configFile, textOf(options), { mode: 0o600 });
  return ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', join(folder, 'jetstream'), '-c', configFile];
}

/** A NATS server with JetStream; its streams survive `restart` and stay in the given folder. */
export function startNats(options: NatsServerOptions = {}): Promise<LocalServer> {
  return startLocalServer(
    {
      name: 'nats',
      prepare: async (place) => ({
        url: `${options.tls ? 'tls' : 'nats'}://127.0.0.1:${place.port}`,
        command: {
          name: 'nats-server',
          binary: requireProgram('nats-server'),
          arguments: await argumentsFor(place, options),
          environment: options.environment,
          logFile: join(place.folder, 'server.log'),
          stopSignal: 'SIGTERM',
          orphanSignal: 'SIGKILL',
          isReady: () => answers(place.port, { expect: 'INFO ' }),
        },
      }),
    },
    options,
  );
}

import { readFileSync } from 'node:fs';
import { connect, Events, nkeyAuthenticator, type ConnectionOptions, type NatsConnection } from 'nats';

export type Attempt = 'publish' | 'subscribe';

/** How a service of this installation connects, for whoever wants to try what else it could do. */
export function connectionOf(settings: Readonly<Record<string, string>>): ConnectionOptions {
  const { BUS_URL = '', NATS_NKEY_SEED_FILE = '', NATS_TLS_CA_FILE: caFile, NATS_TLS_CERT_FILE: certFile, NATS_TLS_KEY_FILE: keyFile } = settings;
  return {
    servers: BUS_URL.replace(/^\w+:\/\//, ''), reconnect: false, timeout: 5_000,
    authenticator: nkeyAuthenticator(readFileSync(NATS_NKEY_SEED_FILE)), tls: { caFile, certFile, keyFile },
  };
}

/** A bare connection under a service's identity that notes what the server refuses. */
export class RawService {
  private readonly refused: Record<Attempt, Set<string>> = { publish: new Set(), subscribe: new Set() };

  private constructor(readonly connection: NatsConnection) {
    void this.watch();
  }

  static async open(settings: Readonly<Record<string, string>>): Promise<RawService> {
    return new RawService(await connect(connectionOf(settings)));
  }

  /** Which of the subjects the server refuses. */
  async refusedOf(attempt: Attempt, subjects: readonly string[]): Promise<string[]> {
    this.refused[attempt].clear();
    for (const subject of subjects) {
      if (attempt === 'publish') this.connection.publish(subject, '{}');
      else this.connection.subscribe(subject, { callback: () => undefined });
    }
    await this.connection.flush();
    await new Promise((resolve) => setImmediate(resolve)); // the status iterator is one turn behind
    return subjects.filter((subject) => this.refused[attempt].has(subject));
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  private async watch(): Promise<void> {
    for await (const { type, permissionContext } of this.connection.status()) {
      if (type === Events.Error && permissionContext) this.refused[permissionContext.operation === 'publish' ? 'publish' : 'subscribe'].add(permissionContext.subject);
    }
  }
}

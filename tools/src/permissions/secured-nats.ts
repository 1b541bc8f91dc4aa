import { join } from 'node:path';
import { startNats, type LocalServer } from '@voiceassist/kit';
import { natsServices } from '@voiceassist/messaging';
import { busKeysIn } from './bus-keys.js';
import { certificatesIn } from './certificates.js';
import { renderNatsPermissions } from './render-permissions.js';

export interface SecuredNats {
  readonly server: LocalServer;
  /** Settings with which a service finds the server and proves who it is. */
  settingsOf(service: string): Record<string, string>;
}

/** NATS as the distributed mode runs it: the generated users, TLS both ways, keys made at the first start in `keysFolder`. */
export async function startSecuredNats({ folder, keysFolder }: { folder: string; keysFolder: string }): Promise<SecuredNats> {
  const keys = await busKeysIn(join(keysFolder, 'nats'));
  const certificates = await certificatesIn(join(keysFolder, 'tls'), natsServices);
  const server = await startNats({
    folder, configuration: renderNatsPermissions(), environment: keys.publicKeys, tls: { ...certificates.server, clientCaFile: certificates.caFile },
  });
  return {
    server,
    settingsOf: (service) => ({
      BUS_URL: server.url, NATS_NKEY_SEED_FILE: keys.seedFileOf(service), NATS_TLS_CA_FILE: certificates.caFile,
      NATS_TLS_CERT_FILE: certificates.clientOf(service).certFile, NATS_TLS_KEY_FILE: certificates.clientOf(service).keyFile,
    }),
  };
}

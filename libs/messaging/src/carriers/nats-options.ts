import { readFileSync } from 'node:fs';
import { nkeyAuthenticator, type ConnectionOptions } from 'nats';
import type { NatsAddress } from './nats-address.js';
import { inboxOf } from './nats-subjects.js';

/** What the client needs to connect. The seed is read once; certificates are read anew at each connection, so that they can be replaced. */
export function natsOptions(address: NatsAddress): ConnectionOptions {
  const { url, name, service, user, password, nkeySeedFile } = address;
  const authenticator = nkeySeedFile === undefined ? undefined : nkeyAuthenticator(new TextEncoder().encode(readFileSync(nkeySeedFile, 'utf8').trim()));
  return {
    servers: url.split(',').map((server) => server.replace(/^(nats|tls):\/\//, '')), name, user, pass: password, inboxPrefix: inboxOf(service),
    ...(authenticator ? { authenticator } : {}), ...tlsOptions(address),
  };
}

/** With any TLS setting, a server that offers none is refused. */
function tlsOptions({ url, tlsCaFile: caFile, tlsCertFile: certFile, tlsKeyFile: keyFile }: NatsAddress): Pick<ConnectionOptions, 'tls'> {
  const files = Object.fromEntries(Object.entries({ caFile, certFile, keyFile }).filter(([, file]) => file !== undefined));
  return url.startsWith('tls://') || Object.keys(files).length > 0 ? { tls: files } : {};
}

import { renderNatsPermissions } from '../permissions/render-permissions.js';

/** Longer than the server's own two seconds, for a machine on which all services start at once. */
const handshakeSeconds = 15;

/**
 * The whole configuration of the NATS server: public keys as variables, TLS both ways, JetStream, and then the generated
 * permissions exactly as `infra/nats/permissions.conf` has them. `folder` is where the server sees its secrets.
 */
export function renderNatsConfiguration(publicKeys: Readonly<Record<string, string>>, folder: string): string {
  const keys = Object.entries(publicKeys).map(([name, key]) => `${name}: ${JSON.stringify(key)}`);
  return `# Made for this installation by tools/provision; made anew at each start of it.
${keys.join('\n')}

port: 4222
# answers /healthz to the health check of the same container
http: "127.0.0.1:8222"
max_payload: 1MB
lame_duck_duration: "30s"
authorization: { timeout: ${handshakeSeconds} }
tls: {
  cert_file: "${folder}/server.pem"
  key_file: "${folder}/server.key"
  ca_file: "${folder}/authority.pem"
  verify: true
  timeout: ${handshakeSeconds}
}
jetstream: {
  store_dir: "/data/jetstream"
  max_memory_store: 64MB
  max_file_store: 4GB
}
${renderNatsPermissions()}`;
}

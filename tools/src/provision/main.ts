import { resolve } from 'node:path';
import { addressesFrom, addressesInCluster } from './consumers.js';
import { provisionDatabases } from './databases.js';
import { kubernetesSecrets } from './kubernetes-secrets.js';
import { firstPassword, makeSecrets } from './secrets.js';

/**
 * What an installation needs once, before its services start; each command may be run again at any time.
 *   secrets         keys, certificates and passwords, each service's own in a folder of its own below SECRETS_DIR
 *   databases       a role and a schema for each service in the database at POSTGRES_ADDRESS
 *   kubernetes      makes the secrets and prints them as Secrets for `kubectl apply --server-side -f -`
 *   first-password  prints the first password of the first administrator
 */
const root = resolve(process.env['SECRETS_DIR'] ?? '/secrets');
const addresses = addressesFrom(process.env);
const commands: Readonly<Record<string, () => Promise<string>>> = {
  secrets: async () => {
    await makeSecrets(root, addresses);
    return 'Secrets are in place. The first administrator is admin@voiceassist.local unless ADMIN_EMAIL says otherwise;\n'
      + 'show the first password: docker compose -f docker/compose.yml run --rm --no-deps secrets main.js first-password';
  },
  databases: async () => {
    await provisionDatabases(root, addresses);
    return 'Every service has its role and its schema.';
  },
  kubernetes: async () => {
    await makeSecrets(root, addressesInCluster(process.env));
    return kubernetesSecrets(root);
  },
  'first-password': async () => firstPassword(root),
};

const command = commands[process.argv[2] ?? ''];
try {
  if (!command) throw new Error(`say what to provision: ${Object.keys(commands).join(', ')}`);
  console.log(await command());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

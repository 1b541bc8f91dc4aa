import { databaseServices, serviceNames } from '../distributed/environment.js';

/** Who gets a folder of secrets: the eight services, the stores beside them, and what people watch them with. */
export const stores = ['nats', 'postgres', 'redis', 'qdrant', 'grafana'] as const;
export const services = serviceNames;

export const schemaOf = (service: string): string => service.replaceAll('-', '_');
export const databaseSchemas: readonly string[] = databaseServices.map(schemaOf);
export const ownsDatabase = (service: string): boolean => (databaseServices as readonly string[]).includes(service);

/** Names under which the stores answer; compose and charts give them these by default. */
export interface Addresses {
  readonly postgres: string;
  readonly redis: string;
  readonly database: string;
  /** Where PostgreSQL speaks TLS: `require` encrypts, `verify-full` also looks at who answers. */
  readonly sslMode?: 'require' | 'verify-full';
  /** Names under which services find NATS; its certificate carries them. */
  readonly natsHosts: readonly string[];
}

function sslModeFrom(text: string | undefined): Addresses['sslMode'] {
  if (text === undefined || text === '' || text === 'require' || text === 'verify-full') return text || undefined;
  throw new Error('POSTGRES_SSLMODE is require or verify-full, or left out where nobody else is on the network');
}

export const addressesFrom = (environment: Readonly<Record<string, string | undefined>>): Addresses => ({
  postgres: environment['POSTGRES_ADDRESS'] ?? 'postgres:5432',
  redis: environment['REDIS_ADDRESS'] ?? 'redis:6379',
  database: environment['POSTGRES_DATABASE'] ?? 'voiceassist',
  sslMode: sslModeFrom(environment['POSTGRES_SSLMODE']),
  natsHosts: environment['NATS_HOSTS']?.split(',') ?? ['nats'],
});

/** The stores as docs/operations/kubernetes.md installs them; what the environment names goes before. */
export function addressesInCluster(environment: Readonly<Record<string, string | undefined>>): Addresses {
  const nats = ['nats.voiceassist-data.svc.cluster.local', 'nats.voiceassist-data.svc', 'nats.voiceassist-data', '*.nats-headless.voiceassist-data.svc.cluster.local'];
  return addressesFrom({
    POSTGRES_ADDRESS: 'voiceassist-postgres-rw.voiceassist-data:5432', REDIS_ADDRESS: 'redis-haproxy.voiceassist-data:6379', POSTGRES_SSLMODE: 'require', NATS_HOSTS: nats.join(','), ...environment,
  });
}

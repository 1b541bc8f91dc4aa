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
}

export const addressesFrom = (environment: Readonly<Record<string, string | undefined>>): Addresses => ({
  postgres: environment['POSTGRES_ADDRESS'] ?? 'postgres:5432',
  redis: environment['REDIS_ADDRESS'] ?? 'redis:6379',
  database: environment['POSTGRES_DATABASE'] ?? 'voiceassist',
});

import { freePort } from '@voiceassist/kit';

/** Services in the order in which they start; the gateway is last because it is the door. */
export const serviceNames = ['users', 'auth', 'admin', 'kb-indexer', 'rag-orchestrator', 'integrations', 'realtime', 'gateway'] as const;
export type DistributedService = (typeof serviceNames)[number];

/** Services that own a schema, and therefore a database role. */
export const databaseServices = ['users', 'auth', 'admin', 'kb-indexer', 'rag-orchestrator'] as const satisfies readonly DistributedService[];

export interface Infrastructure {
  /** Settings with which a service reaches the message bus as itself. */
  busSettingsOf(service: string): Readonly<Record<string, string>>;
  readonly redisUrl: string;
  readonly databaseUrls: ReadonlyMap<string, string>;
  readonly vectorUrl: string;
  readonly blobFolder: string;
  /** Where audit rows wait that nobody has taken yet. */
  readonly spoolFolder: string;
  /** File with the master keys of the installation. */
  readonly encryptionKeysFile: string;
  readonly webRoot: string;
  readonly samplesFolder: string;
}

export interface Door {
  readonly host: string;
  readonly port: string;
}

export interface ServicePlan {
  readonly name: DistributedService;
  readonly url: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Settings a person may give to the starter and that reach the services as they are. */
const passedOn = /^(AUTH_|OIDC_|PUBLIC_URL$|SMTP_|MAIL_|ADMIN_|SCIM_|SCANNER_|AUDIT_|LLM_|EMBEDDER_|KB_|RAG_|GATEWAY_|REALTIME_|LOG_|OTEL_|RATE_|ARGON2_)/;

function ownSettings(service: DistributedService, parts: Infrastructure): Record<string, string> {
  switch (service) {
    case 'kb-indexer':
      return { VECTOR_URL: parts.vectorUrl, SAMPLES_DIR: parts.samplesFolder, BLOB_URL: `file:${parts.blobFolder}`, EMBEDDER_URL: 'local:' };
    case 'admin':
      return { BLOB_URL: `file:${parts.blobFolder}` };
    case 'gateway':
      return { WEB_ROOT: parts.webRoot, BLOB_URL: `file:${parts.blobFolder}`, AUDIT_SPOOL_DIR: parts.spoolFolder };
    case 'realtime':
      return { REALTIME_BEHIND_GATEWAY: 'true', AUDIT_SPOOL_DIR: parts.spoolFolder };
    default:
      return {};
  }
}

/** Ports and settings of the eight processes. */
export async function planServices(parts: Infrastructure, door: Door): Promise<ServicePlan[]> {
  const given = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => passedOn.test(entry[0]) && entry[1] !== undefined));
  const plans: ServicePlan[] = [];
  for (const name of serviceNames) {
    const port = name === 'gateway' ? door.port : String(await freePort());
    const host = name === 'gateway' ? door.host : '127.0.0.1';
    const databaseUrl = parts.databaseUrls.get(name);
    plans.push({
      name,
      url: `http://127.0.0.1:${port}`,
      environment: {
        HOST: host, PORT: port, ...parts.busSettingsOf(name), ENCRYPTION_KEYS_URL: `file:${parts.encryptionKeysFile}`, KV_URL: parts.redisUrl, JOBS_URL: parts.redisUrl,
        ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}),
        ...ownSettings(name, parts),
        ...given,
      },
    });
  }
  const realtime = plans.find(({ name }) => name === 'realtime');
  return plans.map((plan) => (plan.name === 'gateway' && realtime ? { ...plan, environment: { ...plan.environment, REALTIME_URL: realtime.url } } : plan));
}

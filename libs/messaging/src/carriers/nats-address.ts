import type { BusConfig } from '../bus/bus-config.js';

/** Where NATS is and as whom a service connects. */
export interface NatsAddress {
  /** `nats://host:port[,host:port…]`; `tls://…` insists on TLS. */
  readonly url: string;
  /** Name of the connection, seen at the server. */
  readonly name: string;
  /** The service whose inbox the connection listens to. */
  readonly service: string;
  readonly user?: string;
  readonly password?: string;
  /** File with the seed of the service's nkey. */
  readonly nkeySeedFile?: string;
  readonly tlsCaFile?: string;
  readonly tlsCertFile?: string;
  readonly tlsKeyFile?: string;
  /** Told each subject that the server does not let the service publish to. */
  readonly onRefused?: (subject: string) => void;
}

export function natsAddress(config: BusConfig, { name, service }: Pick<NatsAddress, 'name' | 'service'>): NatsAddress {
  return {
    url: config.BUS_URL, name, service, user: config.NATS_USER, password: config.NATS_PASSWORD, nkeySeedFile: config.NATS_NKEY_SEED_FILE,
    tlsCaFile: config.NATS_TLS_CA_FILE, tlsCertFile: config.NATS_TLS_CERT_FILE, tlsKeyFile: config.NATS_TLS_KEY_FILE,
  };
}

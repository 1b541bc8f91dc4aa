import { Config, flag, secretSetting, setting } from '@voiceassist/kit';
import { z } from 'zod';

/** Where the message bus is. */
export class BusConfig extends Config({
  BUS_URL: setting(
    z.string().regex(/^(memory:|(nats|tls):\/\/.+)/, 'must be memory: or nats://host:port'),
    'Message bus: `memory:` when all services share one process, else `nats://host:port[,host:port…]`; `tls://` refuses a server without TLS.',
  ),
  NATS_USER: setting(z.string().optional(), 'User name at NATS.'),
  NATS_PASSWORD: secretSetting(z.string().optional(), 'Password at NATS.'),
  NATS_NKEY_SEED_FILE: setting(z.string().optional(), "File with the seed of the service's own nkey; NATS then knows the service and lets it do what `infra/nats/permissions.conf` says."),
  NATS_TLS_CA_FILE: setting(z.string().optional(), 'File with the certificate authority that vouches for NATS (PEM); a server without TLS is then refused.'),
  NATS_TLS_CERT_FILE: setting(z.string().optional(), "File with the service's own certificate (PEM), where NATS asks for one."),
  NATS_TLS_KEY_FILE: setting(z.string().optional(), 'File with the key of that certificate (PEM).'),
  BUS_ALONE: setting(flag(false), 'Allows `BUS_URL=memory:` in a process with a single service, which nobody else can then reach; for tests.'),
}) {}

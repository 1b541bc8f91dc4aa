import { Config, flag, secretSetting, setting } from '@voiceassist/kit';
import { z } from 'zod';

/** Where the message bus is. */
export class BusConfig extends Config({
  BUS_URL: setting(
    z.string().regex(/^(memory:|(nats|tls):\/\/.+)/, 'must be memory: or nats://host:port'),
    'Message bus: `memory:` when all services share one process, else `nats://host:port[,host:port…]`.',
  ),
  NATS_USER: setting(z.string().optional(), 'User name at NATS.'),
  NATS_PASSWORD: secretSetting(z.string().optional(), 'Password at NATS.'),
  BUS_ALONE: setting(flag(false), 'Allows `BUS_URL=memory:` in a process with a single service, which nobody else can then reach; for tests.'),
}) {}

import { Config, flag, secretSetting, setting } from '@voiceassist/kit';
import { z } from 'zod';

/** Settings of the socket server. */
export class RealtimeConfig extends Config({
  REALTIME_ALLOWED_ORIGINS: setting(
    z.string().default('').transform((text) => text.split(',').map((origin) => origin.trim().toLowerCase()).filter(Boolean)),
    'Origins besides the page’s own host whose pages may open sockets, separated by commas.',
  ),
  REALTIME_BEHIND_GATEWAY: setting(flag(false), 'Trust `x-forwarded-host` for the origin check; set where only the gateway can reach this service.'),
  REALTIME_SOCKETS_PER_USER: setting(z.coerce.number().int().min(1).default(10), 'Open sockets one person may have on one replica.'),
  REALTIME_ANSWERS_PER_SOCKET: setting(z.coerce.number().int().min(1).default(3), 'Answers that may stream at once on one socket.'),
  REALTIME_UPGRADES_PER_MINUTE: setting(z.coerce.number().int().min(1).default(600), 'Sockets that may be opened or tried from one address within a minute; many people may share one.'),
  REALTIME_TICKET_KEY: secretSetting(
    z.base64().refine((text) => Buffer.from(text, 'base64').length === 32).transform((text) => Buffer.from(text, 'base64')).optional(),
    "Key that seals tickets for sockets: 32 bytes, base64. Unset, it is drawn from the service's nkey or password at NATS; without those each process has one of its own, and several replicas need this setting.",
  ),
  REALTIME_PING_INTERVAL_MS: setting(z.coerce.number().int().min(100).default(25_000), 'Time between two pings; after two without any frame from the client the socket is closed.'),
  REALTIME_QUESTIONS_PER_MINUTE: setting(z.coerce.number().int().min(1).default(30), 'Questions one person may ask within a minute over sockets.'),
}) {}

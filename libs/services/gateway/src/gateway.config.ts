import { Config, setting } from '@voiceassist/kit';
import { z } from 'zod';

const perMinute = (fallback: number) => z.coerce.number().int().min(1).max(1_000_000).default(fallback);
const origins = z.string().default('').transform((text) => text.split(',').map((origin) => origin.trim().toLowerCase()).filter(Boolean));

/** Settings of the public door. */
export class GatewayConfig extends Config({
  GATEWAY_ALLOWED_ORIGINS: setting(origins, 'Origins besides the page\'s own host whose pages may call the interface (CORS), separated by commas.'),
  GATEWAY_REQUESTS_PER_MINUTE: setting(perMinute(600), 'Requests one person, or one address without a session, may make within a minute. An IPv6 network of 64 bits counts as one address, here and below.'),
  GATEWAY_CREDENTIALS_PER_MINUTE: setting(perMinute(10), 'Attempts to sign in or register within a minute, per address and per account.'),
  GATEWAY_REFRESHES_PER_MINUTE: setting(perMinute(120), 'Renewals of sessions within a minute, per address; many people may share one.'),
  GATEWAY_CHECKS_PER_MINUTE: setting(perMinute(60), 'Checks of a password that is being chosen within a minute, per address.'),
  GATEWAY_STRANGERS_PER_MINUTE: setting(perMinute(1_200), 'Sign-ins and resets of passwords that strangers may begin within a minute, all together; and as many checks of passwords. Holds whoever has many networks.'),
  GATEWAY_REFUSED_TOKENS_PER_MINUTE: setting(perMinute(300), 'Tokens and API keys that are refused within a minute before no unknown one is looked at any more, per address.'),
  GATEWAY_QUESTIONS_PER_MINUTE: setting(perMinute(30), 'Questions one person may ask within a minute over HTTP.'),
  GATEWAY_UPLOADS_PER_MINUTE: setting(perMinute(60), 'Files one person may upload within a minute.'),
  GATEWAY_HEARTBEAT_MS: setting(z.coerce.number().int().min(100).max(120_000).default(15_000), 'Pause between two signs of life on a quiet event stream, in milliseconds.'),
  REALTIME_URL: setting(z.url().optional(), 'Address of the realtime service, which takes WebSocket upgrades; unset where realtime runs in the same process.'),
  WEB_ROOT: setting(z.string().optional(), 'Folder of the built web page; unset, no page is served.'),
}) {}

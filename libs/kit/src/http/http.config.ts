import { z } from 'zod';
import { Config, flag, setting } from '../config/config.js';
import { trustIn } from './trusted-proxies.js';

const port = z.coerce.number().int().min(0).max(65_535);
const milliseconds = z.coerce.number().int().min(1).max(3_600_000);

/** `false`, `true`, how many proxies stand in front, or their addresses separated by commas. */
const proxies = z.string().default('false').transform((text, context) => {
  if (text === 'true' || text === 'false') return text === 'true';
  const hops = Number(text);
  if (Number.isInteger(hops)) return (_address: string, hop: number) => hop < hops;
  const trust = trustIn(text);
  if (!trust) context.addIssue('must be false, true, a number of hops, or addresses and networks separated by commas');
  return trust ?? z.NEVER;
});

/** The HTTP server of a process. */
export class HttpConfig extends Config({
  PORT: setting(port.default(8080), 'Port of the HTTP server; 0 takes any free one.'),
  HOST: setting(z.string().default('127.0.0.1'), 'Address the HTTP server listens on; 0.0.0.0 for all.'),
  TRUST_PROXY: setting(proxies, 'Which proxies may tell the client\'s address: false, true, a number of hops, or addresses separated by commas.'),
  HTTP_BODY_LIMIT_BYTES: setting(z.coerce.number().int().min(1024).default(1_048_576), 'Largest request body, in bytes; uploads have limits of their own.'),
  HTTP_HEADERS_TIMEOUT_MS: setting(milliseconds.default(15_000), 'How long a client may take to send its headers, in milliseconds.'),
  HTTP_REQUEST_TIMEOUT_MS: setting(milliseconds.default(300_000), 'How long a client may take to send a whole request, in milliseconds.'),
  HTTP_KEEP_ALIVE_MS: setting(milliseconds.default(72_000), 'How long an idle connection is kept, in milliseconds; longer than that of a load balancer in front.'),
  METRICS_PORT: setting(port.optional(), 'Port on which /metrics is served alone; without it the HTTP server answers /metrics to clients of the same machine.'),
  METRICS_PUBLIC: setting(flag(false), 'true lets the HTTP server answer /metrics to everybody.'),
  READINESS_TIMEOUT_MS: setting(milliseconds.default(2_000), 'How long a dependency may take to answer a readiness check, in milliseconds.'),
}) {}

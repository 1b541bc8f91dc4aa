import { webClientHeader } from '@voiceassist/contracts';
import type { FastifyRequest } from 'fastify';

/** Whether the request says that it comes from our page in a browser, which keeps its refresh token in a cookie. */
export function saysOwnPage({ headers }: Pick<FastifyRequest, 'headers'>): boolean {
  return headers[webClientHeader.name] === webClientHeader.value;
}

const hostOf = (origin: string): string | null => (URL.canParse(origin) ? new URL(origin).host : null);

/**
 * Whether nothing speaks against that claim. A foreign page cannot send the header without a preflight, which CORS
 * refuses; besides, every browser of today says where a request comes from, and that must be our own origin.
 */
export function isOwnPage({ headers, host }: Pick<FastifyRequest, 'headers' | 'host'>): boolean {
  const { origin, 'sec-fetch-site': site } = headers;
  if (site !== undefined && site !== 'same-origin') return false;
  return origin === undefined || hostOf(origin) === host.toLowerCase();
}

import type { IncomingMessage } from 'node:http';
import { socketSubprotocol } from '@voiceassist/contracts';

export interface OriginRules {
  readonly allowedOrigins: readonly string[];
  readonly trustForwardedHost: boolean;
}

/**
 * A page may open a socket when it comes from the host it talks to or from an allowed origin.
 * Clients that are no browsers send no `Origin`; they prove themselves by credentials alone.
 */
export function isOriginAllowed(request: IncomingMessage, rules: OriginRules): boolean {
  const origin = request.headers.origin?.toLowerCase();
  if (origin === undefined) return true;
  if (rules.allowedOrigins.includes(origin)) return true;
  const forwarded = rules.trustForwardedHost ? request.headers['x-forwarded-host'] : undefined;
  const host = (Array.isArray(forwarded) ? forwarded[0] : forwarded) ?? request.headers.host;
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}

export type Credential = { readonly kind: 'ticket' | 'token'; readonly value: string };

const ticketPrefix = 'ticket.';

/**
 * What the client proves itself with: a ticket as subprotocol or query, or an access token in `Authorization`. A ticket
 * serves once and for half a minute, so that one in the address, which proxies write down, is worth nothing there.
 */
export function credentialOf(request: IncomingMessage): Credential | null {
  const offered = offeredSubprotocols(request).find((name) => name.startsWith(ticketPrefix));
  if (offered) return { kind: 'ticket', value: offered.slice(ticketPrefix.length) };
  const inQuery = new URL(request.url ?? '/', 'http://socket').searchParams.get('ticket');
  if (inQuery) return { kind: 'ticket', value: inQuery };
  const bearer = /^Bearer ([\w.~+/-]+=*)$/i.exec(request.headers.authorization ?? '');
  return bearer?.[1] ? { kind: 'token', value: bearer[1] } : null;
}

export function offeredSubprotocols(request: IncomingMessage): string[] {
  return (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim()).filter(Boolean);
}

/** The one subprotocol the server speaks; never the ticket, which would be echoed. */
export function chosenSubprotocol(offered: ReadonlySet<string>): string | false {
  return offered.has(socketSubprotocol) ? socketSubprotocol : false;
}

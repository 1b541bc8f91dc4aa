import type { IncomingMessage } from 'node:http';
import type { HttpEdge } from '@voiceassist/kit';

/**
 * Where the client is. Behind the gateway, what the gateway itself has added counts, which is last: anything before may
 * be the client's own invention. Elsewhere by the rules for every other request.
 */
export function clientAddressOf(request: IncomingMessage, edge: Pick<HttpEdge, 'addressOf'>, behindGateway: boolean): string {
  const told = behindGateway ? [request.headers['x-forwarded-for']].flat().join(',').split(',').at(-1)?.trim() : undefined;
  return told ? told : edge.addressOf(request);
}

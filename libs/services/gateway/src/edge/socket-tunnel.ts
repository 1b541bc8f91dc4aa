import { context, propagation } from '@opentelemetry/api';
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import { refuseBare, requestIdOf, type UpgradeHandler } from '@voiceassist/kit';

interface Tunnel {
  /** Where the service listens. */
  readonly upstream: string;
  /** Whether proxies in front may tell the client's host. */
  readonly trustsProxy: boolean;
  /** Where the client is, by the same rules as for every route. */
  readonly addressOf: (request: IncomingMessage) => string;
}

const handshakeMs = 10_000;

/** What the service needs to know about the client; a client cannot forge it unless a trusted proxy stands in front. */
function forwardedHeaders(request: IncomingMessage, { trustsProxy, addressOf }: Tunnel): IncomingHttpHeaders {
  const { headers, socket } = request;
  const told = (name: string): string | undefined => (trustsProxy ? [headers[name]].flat()[0] : undefined);
  const own: { traceparent?: string; tracestate?: string } = {};
  propagation.inject(context.active(), own);
  return {
    ...headers,
    ...own,
    // what others have written in front may be the client's invention: nothing of it goes on
    'x-forwarded-for': addressOf(request),
    'x-forwarded-host': told('x-forwarded-host') ?? headers.host,
    'x-forwarded-proto': told('x-forwarded-proto') ?? ('encrypted' in socket ? 'https' : 'http'),
    'x-request-id': requestIdOf(request),
  };
}

function headText({ httpVersion, statusCode, statusMessage, rawHeaders }: IncomingMessage): string {
  let text = `HTTP/${httpVersion} ${statusCode} ${statusMessage}\r\n`;
  for (let index = 0; index < rawHeaders.length; index += 2) text += `${rawHeaders[index]}: ${rawHeaders[index + 1]}\r\n`;
  return `${text}\r\n`;
}

/** Both ends live and die together; each side waits for the other when that is slow. */
function join(client: Duplex, service: Duplex): void {
  for (const [one, other] of [[client, service], [service, client]] as const) {
    one.on('error', () => one.destroy());
    one.once('close', () => other.destroy());
    one.pipe(other);
  }
}

/**
 * Hands a WebSocket upgrade on to another server byte by byte, so that the handshake, its refusal, close codes and
 * backpressure are those of the service itself.
 */
export function socketTunnel(tunnel: Tunnel): UpgradeHandler {
  const base = new URL(tunnel.upstream);
  const send = base.protocol === 'https:' ? httpsRequest : httpRequest;
  return (request, client, head) => {
    const outgoing = send(new URL(request.url ?? '/', base), { headers: forwardedHeaders(request, tunnel), timeout: handshakeMs });
    client.once('close', () => outgoing.destroy());
    outgoing.once('upgrade', (response, service, rest) => {
      service.setTimeout(0);
      client.write(headText(response));
      if (rest.length > 0) client.write(rest);
      if (head.length > 0) service.write(head);
      join(client, service);
    });
    outgoing.once('response', (response) => {
      client.write(headText(response));
      response.pipe(client);
    });
    outgoing.once('timeout', () => outgoing.destroy(new Error('no answer to the handshake')));
    outgoing.on('error', () => refuseBare(client, 503, request));
    outgoing.end();
  };
}

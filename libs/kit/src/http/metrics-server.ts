import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readMetrics } from '../telemetry/metrics.js';

export const metricsContentType = 'text/plain; version=0.0.4; charset=utf-8';

const loopback = /^(?:127\.|::1$|::ffff:127\.)/;

/** A client of the same machine that is not a proxy speaking for somebody else. */
export function isLocal(request: IncomingMessage): boolean {
  const { 'x-forwarded-for': forwardedFor, forwarded } = request.headers;
  return !forwardedFor && !forwarded && loopback.test(request.socket.remoteAddress ?? '');
}

/** Serves the numbers alone on a port of their own. */
export async function serveMetrics(port: number, host: string): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') return void response.writeHead(404).end();
    readMetrics().then((text) => response.writeHead(200, { 'content-type': metricsContentType }).end(text), () => response.writeHead(500).end());
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}

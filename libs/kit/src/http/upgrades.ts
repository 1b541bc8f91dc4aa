import { context, propagation, SpanKind } from '@opentelemetry/api';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { beginSpan } from '../telemetry/spans.js';
import { hasOneHost, refuseBare } from './bare-answer.js';
import type { UpgradeHandler } from './http-edge.js';

/** Gives each upgrade to the handler of its path. The server's listener is installed with the first handler only. */
export class Upgrades {
  private readonly handlers = new Map<string, UpgradeHandler>();
  private readonly sockets = new Set<Duplex>();
  private closing = false;

  constructor(private readonly server: Server) {}

  add(path: string, handler: UpgradeHandler): void {
    if (this.handlers.has(path)) throw new Error(`Upgrades of ${path} already have a handler`);
    if (this.handlers.size === 0) this.server.on('upgrade', (request, socket, head) => this.dispatch(request, socket, head));
    this.handlers.set(path, handler);
  }

  stop(): void {
    this.closing = true;
  }

  /** Ends sockets that nobody has closed. */
  destroy(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  private dispatch(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    const handler = this.handlers.get(path);
    if (!hasOneHost(request)) return refuseBare(socket, 400, request);
    if (!handler) return refuseBare(socket, 404, request);
    if (this.closing) return refuseBare(socket, 503, request);
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    // the span is that of the opening: what a socket carries afterwards has traces of its own
    const span = beginSpan({ name: `GET ${path}`, kind: SpanKind.SERVER, attributes: { 'http.request.method': 'GET', 'http.route': path }, parent: propagation.extract(context.active(), request.headers) });
    context.with(span.context, () => handler(request, socket, head));
    span.end();
  }
}

import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
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
    const handler = this.handlers.get((request.url ?? '').split('?', 1)[0] ?? '');
    if (!hasOneHost(request)) return refuseBare(socket, 400, request);
    if (!handler) return refuseBare(socket, 404, request);
    if (this.closing) return refuseBare(socket, 503, request);
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    handler(request, socket, head);
  }
}

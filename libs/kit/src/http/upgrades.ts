import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { UpgradeHandler } from './http-edge.js';

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`, () => socket.destroy());
}

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
    if (!handler) return refuse(socket, '404 Not Found');
    if (this.closing) return refuse(socket, '503 Service Unavailable');
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    handler(request, socket, head);
  }
}

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';

export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** The one HTTP server of a process: health, readiness and metrics always; routes and sockets where a service brings them. */
export abstract class HttpEdge {
  abstract readonly fastify: FastifyInstance;
  /** Takes over WebSocket upgrades of one exact path; at most one handler a path. */
  abstract onUpgrade(path: string, handler: UpgradeHandler): void;
  /** Where a request that is no route's comes from, an upgrade for example: what `request.ip` is for routes. */
  abstract addressOf(request: IncomingMessage): string;
  /** Address the server listens on once it does, for example `http://127.0.0.1:8080`. */
  abstract readonly url: string;
  /** Aborted when the process begins to stop: answers without a natural end (progress, sockets) should end now. */
  abstract readonly closing: AbortSignal;
}

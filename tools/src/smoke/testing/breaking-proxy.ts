import { createServer, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** One thing that a broken installation does differently. */
export interface Fault {
  /** Alters an answer on its way. */
  readonly answer?: (asked: Asked, answer: Answer) => void;
  /** Alters a frame on its way to the client. */
  readonly frame?: (text: string) => string;
  /** Origin as the product is told it. */
  readonly origin?: (origin: string | undefined) => string | undefined;
  /** Answers the first socket in place of the product. */
  readonly greeting?: string;
}

async function bodyOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer); // without an encoding a stream of bytes gives buffers
  return Buffer.concat(chunks).toString('latin1'); // one character a byte, so that nothing changes on the way
}

/** Stands before the product, hands everything on byte by byte, and breaks the one thing it is told to. */
export class BreakingProxy {
  fault: Fault = {};
  private sockets = 0;
  private readonly upgrades = new WebSocketServer({ noServer: true, handleProtocols: (offered) => [...offered][0] ?? false });

  private constructor(
    readonly url: string,
    private readonly server: Server,
    private readonly upstream: URL,
  ) {
    server.on('request', (request, response) => void this.pass(request, response).catch(() => response.destroy()));
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => this.passSocket(request, socket, head));
  }

  static async open(upstream: string, tls?: ServerOptions): Promise<BreakingProxy> {
    const server = tls ? createTlsServer(tls) : createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo; // a TCP server that listens has one
    return new BreakingProxy(tls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`, server, new URL(upstream));
  }

  break(fault: Fault): void {
    this.fault = fault;
    this.sockets = 0;
  }

  async close(): Promise<void> {
    this.upgrades.close();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked: Asked = { method: request.method ?? 'GET', path: request.url ?? '/', headers: request.headers, body: await bodyOf(request) };
    const { host, port } = { host: this.upstream.hostname, port: this.upstream.port };
    const answer = await new Promise<Answer>((resolve, reject) => {
      const outgoing = httpRequest({ host, port, path: asked.path, method: asked.method, headers: asked.headers }, (told) => {
        bodyOf(told).then((body) => resolve({ status: told.statusCode ?? 0, headers: { ...told.headers, 'transfer-encoding': undefined, 'content-length': undefined }, body }), reject);
      });
      outgoing.once('error', reject).end(asked.body, 'latin1');
    });
    this.fault.answer?.(asked, answer);
    for (const [name, value] of Object.entries(answer.headers)) if (value !== undefined) response.setHeader(name, value);
    response.writeHead(answer.status).end(answer.body, 'latin1');
  }

  private passSocket(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { origin = undefined, host, 'sec-websocket-protocol': protocols = '' } = request.headers;
    const tellOrigin = this.fault.origin ?? ((told) => told);
    this.sockets += 1;
    if (this.fault.greeting !== undefined && this.sockets === 2) {
      const { greeting } = this.fault;
      return this.upgrades.handleUpgrade(request, socket, head, (client) => client.send(greeting));
    }
    const target = new URL(request.url ?? '/', this.upstream.href.replace('http', 'ws'));
    const service = new WebSocket(target, protocols.split(',').map((each) => each.trim()), { headers: { host, ...(tellOrigin(origin) !== undefined && { origin: tellOrigin(origin) }) } });
    service.on('error', () => socket.destroy());
    service.once('unexpected-response', (_request, { statusCode }) => socket.end(`HTTP/1.1 ${statusCode} Refused\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`));
    service.once('upgrade', () => this.upgrades.handleUpgrade(request, socket, head, (client) => {
      client.on('message', (data: Buffer) => service.send(data.toString()));
      client.once('close', () => service.terminate());
      client.on('error', () => service.terminate());
      service.on('message', (data: Buffer) => client.send((this.fault.frame ?? ((text) => text))(data.toString())));
      service.once('close', (code) => client.close(code >= 4000 || code === 1000 ? code : 1011));
    }));
  }
}

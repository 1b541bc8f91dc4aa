import { readFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { Readable } from 'node:stream';
import { connect, type ConnectionOptions, type PeerCertificate } from 'node:tls';
import { WebSocket } from 'ws';

export interface DoorOptions {
  readonly baseUrl: string;
  /** Authority to trust besides the known ones (PEM). */
  readonly caFile?: string;
  /** Address to connect to instead of what the name resolves to; certificate and host stay those of the name. */
  readonly connectTo?: string;
}

export interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Handshake {
  readonly protocol: string;
  readonly certificate: PeerCertificate;
  /** Why the certificate is not trusted; null when it is. */
  readonly distrust: string | null;
}

interface Ask {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

const answerDeadlineMs = 20_000;
const bodiless = new Set([204, 205, 304]);

/** The door of an installation as a stranger on the network finds it: plain requests, sockets, handshakes; no redirect is followed. */
export class Door {
  readonly base: URL;
  private readonly ca?: string;
  private readonly lookup?: LookupFunction;

  constructor(private readonly options: DoorOptions) {
    this.base = new URL(options.baseUrl);
    this.ca = options.caFile && readFileSync(options.caFile, 'utf8');
    const address = options.connectTo;
    if (address === undefined) return;
    this.lookup = (_host, { all }, found) => {
      const family = isIP(address);
      if (all) found(null, [{ address, family }]);
      else found(null, address, family);
    };
  }

  get isHttps(): boolean {
    return this.base.protocol === 'https:';
  }

  get origin(): string {
    return this.base.origin;
  }

  /** One request and its whole answer. */
  async ask(path: string, ask: Ask = {}): Promise<Told> {
    const response = await this.fetch(new URL(path, this.base).href, ask);
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  /** `fetch` through this door, for the typed client. */
  readonly fetch = (async (target: string, init: RequestInit = {}) => {
    const { body: content } = init;
    const isPlain = content === undefined || content === null || typeof content === 'string';
    const form = isPlain ? undefined : new Request(target, init); // writes a form out, and its boundary into the headers
    const message = await this.send(new URL(target), form ? { ...init, headers: form.headers, body: await form.arrayBuffer() } : init);
    const body = bodiless.has(message.statusCode ?? 0) ? null : (Readable.toWeb(message) as ReadableStream); // the same streams under another name
    const headers = new Headers();
    for (const [name, values] of Object.entries(message.headersDistinct)) for (const value of values ?? []) headers.append(name, value);
    return new Response(body, { status: message.statusCode, headers });
  }) as typeof fetch; // addresses come as texts

  socket(path: string, protocols: string[], headers: Record<string, string> = {}): WebSocket {
    const url = new URL(path, this.base);
    url.protocol = this.isHttps ? 'wss:' : 'ws:';
    return new WebSocket(url, protocols, { headers, handshakeTimeout: answerDeadlineMs, ...this.trust() });
  }

  /** Shakes hands and looks; sends nothing. */
  handshake(limits: Pick<ConnectionOptions, 'minVersion' | 'maxVersion' | 'ciphers'> = {}): Promise<Handshake> {
    const servername = isIP(this.base.hostname) ? undefined : this.base.hostname;
    const socket = connect({ host: this.options.connectTo ?? this.base.hostname, port: Number(this.base.port || 443), servername, ca: this.ca, rejectUnauthorized: false, ...limits });
    return new Promise((resolve, reject) => {
      socket.setTimeout(answerDeadlineMs, () => socket.destroy(new Error('no handshake in time')));
      socket.once('error', reject);
      socket.once('secureConnect', () => {
        const distrust = socket.authorizationError as Error | string | null; // the types leave the text out
        resolve({ protocol: socket.getProtocol() ?? '', certificate: socket.getPeerCertificate(), distrust: distrust ? String(distrust) : null });
        socket.destroy();
      });
    });
  }

  private trust(): Pick<RequestOptions, 'lookup'> & { ca?: string } {
    return { ...(this.lookup && { lookup: this.lookup }), ...(this.ca && { ca: this.ca }) };
  }

  private send(url: URL, { method = 'GET', headers, body, signal }: RequestInit): Promise<IncomingMessage> {
    const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const plain = Object.fromEntries(new Headers(headers)) as Record<string, string>;
    return new Promise((resolve, reject) => {
      const outgoing = request(url, { method, headers: plain, agent: false, signal: signal ?? undefined, timeout: answerDeadlineMs, ...this.trust() });
      outgoing.once('response', resolve).once('error', reject).once('timeout', () => outgoing.destroy(new Error(`no answer within ${answerDeadlineMs / 1000} s`)));
      outgoing.end(body instanceof ArrayBuffer ? Buffer.from(body) : typeof body === 'string' ? body : undefined);
    });
  }
}

import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { readMetrics } from '../telemetry/metrics.js';
import { bareHeaders, hasOneHost, refuseBare } from './bare-answer.js';
import { clientAddressOf } from './client-address.js';
import { failureEnvelope, successEnvelope } from './envelope.js';
import { HttpEdge, type UpgradeHandler } from './http-edge.js';
import type { HttpConfig } from './http.config.js';
import { InFlight } from './in-flight.js';
import { isLocal, metricsContentType, serveMetrics } from './metrics-server.js';
import { observeRequests } from './observe-requests.js';
import type { Readiness } from './readiness.js';
import { requestIdOf } from './request-id.js';
import { Upgrades } from './upgrades.js';

interface EdgeOptions {
  readonly processName: string;
  readonly config: HttpConfig;
  readonly readiness: Readiness;
  readonly logger: Logger;
}

/** Answers what the parser of HTTP could not read. */
function refuseUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const statuses: Readonly<Record<string, 408 | 431>> = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 };
  refuseBare(socket, statuses[error.code ?? ''] ?? 400);
}

function refuseMalformed(request: { readonly id: unknown }, reply: FastifyReply, message: string): void {
  void reply.code(400).headers({ ...bareHeaders, 'x-request-id': String(request.id) }).type('application/json; charset=utf-8')
    .send(failureEnvelope({ code: 'INVALID_INPUT', message }, { requestId: String(request.id) }));
}

function createFastify(config: HttpConfig): FastifyInstance {
  return fastify<Server>({
    logger: false,
    genReqId: requestIdOf,
    clientErrorHandler: refuseUnreadable,
    trustProxy: config.TRUST_PROXY,
    bodyLimit: config.HTTP_BODY_LIMIT_BYTES,
    requestTimeout: config.HTTP_REQUEST_TIMEOUT_MS,
    keepAliveTimeout: config.HTTP_KEEP_ALIVE_MS,
    http: { headersTimeout: config.HTTP_HEADERS_TIMEOUT_MS },
    routerOptions: { maxParamLength: 200 },
    return503OnClosing: false,
    // a HEAD of an event stream would open it; routes that want HEAD say so
    exposeHeadRoutes: false,
    frameworkErrors: (_error, request, reply) => {
      refuseMalformed(request, reply, 'The address is malformed.');
    },
  });
}

/** The address to type on this machine. */
function urlOf(listenAddress: string, port: number): string {
  const host = listenAddress === '0.0.0.0' || listenAddress === '::' ? 'localhost' : listenAddress;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** The HTTP server of a process on Fastify. It answers nothing before `listen`. */
export class FastifyHttpEdge extends HttpEdge {
  override readonly fastify: FastifyInstance;
  private readonly upgrades: Upgrades;
  private readonly inFlight = new InFlight();
  private readonly stop = new AbortController();
  private metricsServer?: { readonly port: number; close(): Promise<void> };
  private address = '';

  constructor(private readonly options: EdgeOptions) {
    super();
    this.fastify = createFastify(options.config);
    this.upgrades = new Upgrades(this.fastify.server);
    observeRequests(this.fastify, options.logger);
    this.fastify.addHook('onRequest', (request, reply, done) => {
      this.inFlight.add(reply.raw);
      if (this.stop.signal.aborted) void reply.header('connection', 'close');
      if (hasOneHost(request.raw)) done();
      else refuseMalformed(request, reply, 'A request names one host.');
    });
    this.addOwnRoutes();
  }

  override onUpgrade(path: string, handler: UpgradeHandler): void {
    this.upgrades.add(path, handler);
  }

  override addressOf(request: IncomingMessage): string {
    return clientAddressOf(request, this.options.config.TRUST_PROXY);
  }

  override get url(): string {
    return this.address;
  }

  /** Where the numbers are served alone; undefined when the edge itself serves them. */
  get metricsUrl(): string | undefined {
    return this.metricsServer && urlOf(this.options.config.HOST, this.metricsServer.port);
  }

  override get closing(): AbortSignal {
    return this.stop.signal;
  }

  async listen(): Promise<void> {
    const { PORT, HOST, METRICS_PORT } = this.options.config;
    if (METRICS_PORT !== undefined) this.metricsServer = await serveMetrics(METRICS_PORT, HOST);
    await this.fastify.listen({ port: PORT, host: HOST });
    const bound = this.fastify.server.address();
    const port = typeof bound === 'object' && bound ? bound.port : PORT;
    this.address = urlOf(HOST, port);
  }

  /** Takes no new connections and resolves when the last request in hand is answered. */
  async drain(): Promise<void> {
    this.upgrades.stop();
    this.stop.abort();
    if (this.fastify.server.listening) this.fastify.server.close();
    this.fastify.server.closeIdleConnections();
    await this.inFlight.idle();
  }

  /** Ends whatever is still open. */
  async close(): Promise<void> {
    this.stop.abort();
    this.upgrades.destroy();
    this.fastify.server.closeAllConnections();
    await this.fastify.close();
    await this.metricsServer?.close();
  }

  private addOwnRoutes(): void {
    const { processName, readiness, config } = this.options;
    const method = ['GET', 'HEAD'];
    this.fastify.route({ method, url: '/health', handler: async (request) => successEnvelope({ status: 'alive', process: processName }, { requestId: request.id }) });
    const ready = async (request: FastifyRequest, reply: FastifyReply) => {
      const report = await readiness.report();
      void reply.code(report.status === 'ready' ? 200 : 503).header('cache-control', 'no-store');
      return { ...successEnvelope({ process: processName, ...report }, { requestId: request.id }), success: report.status === 'ready' };
    };
    this.fastify.route({ method, url: '/ready', handler: ready });
    if (config.METRICS_PORT === undefined) this.fastify.get('/metrics', (request, reply) => this.answerMetrics(request, reply));
  }

  private async answerMetrics(request: FastifyRequest, reply: FastifyReply): Promise<string> {
    if (!this.options.config.METRICS_PUBLIC && !isLocal(request.raw)) return reply.code(404).send('');
    void reply.type(metricsContentType);
    return readMetrics();
  }
}

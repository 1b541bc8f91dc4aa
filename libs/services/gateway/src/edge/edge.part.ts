import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import { catalogue, socketPath } from '@voiceassist/contracts';
import { HttpConfig, PlatformPart, type OpenedPart, type PartContext } from '@voiceassist/kit';
import type { FastifyInstance } from 'fastify';
import { GatewayConfig } from '../gateway.config.js';
import { openApiDocument } from '../openapi/open-api-document.js';
import { serveReference } from '../openapi/reference.js';
import { PathTable, routesOf } from '../routes/routes-of.js';
import { readScimBodies } from '../scim/scim-requests.js';
import { permissionsPolicy, securityHeaders } from './security-headers.js';
import { socketTunnel } from './socket-tunnel.js';
import { serveWebPage } from './web-page.js';

async function addHeaders(fastify: FastifyInstance, config: GatewayConfig): Promise<void> {
  await fastify.register(helmet, { global: true, ...securityHeaders });
  fastify.addHook('onRequest', (_request, reply, done) => {
    void reply.header('permissions-policy', permissionsPolicy);
    done();
  });
  const allowed = config.GATEWAY_ALLOWED_ORIGINS;
  if (allowed.length === 0) return;
  await fastify.register(cors, {
    origin: [...allowed], methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'], maxAge: 600,
    allowedHeaders: ['authorization', 'content-type', 'idempotency-key', 'x-request-id', 'range', 'if-none-match'],
    exposedHeaders: ['x-request-id', 'retry-after', 'etag', 'content-range', 'accept-ranges', 'content-disposition'],
  });
}

/** Prepares the process's HTTP server for the public: headers, forms, the page, the references, the way to the sockets. */
class EdgePart extends PlatformPart {
  readonly name = 'edge';
  override readonly configs = [GatewayConfig, HttpConfig];

  async open(context: PartContext): Promise<OpenedPart> {
    const { edge } = context;
    const settings = context.config(GatewayConfig);
    const { fastify } = edge;
    const routes = routesOf(catalogue);
    await addHeaders(fastify, settings);
    fastify.removeContentTypeParser('text/plain');
    // only routes that say so take a form; see `inputOf`
    fastify.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => done(null, new URLSearchParams(String(body))));
    readScimBodies(fastify);
    await fastify.register(multipart, { throwFileSizeLimit: false });
    serveReference(fastify, openApiDocument(routes));
    if (settings.WEB_ROOT) await serveWebPage(fastify, settings.WEB_ROOT);
    if (settings.REALTIME_URL) {
      const trustsProxy = context.config(HttpConfig).TRUST_PROXY !== false;
      edge.onUpgrade(socketPath, socketTunnel({ upstream: settings.REALTIME_URL, trustsProxy, addressOf: (request) => edge.addressOf(request) }));
    }
    return { provides: [{ token: PathTable, value: new PathTable(routes) }], close: async () => undefined };
  }
}

export function edgePart(): PlatformPart {
  return new EdgePart();
}

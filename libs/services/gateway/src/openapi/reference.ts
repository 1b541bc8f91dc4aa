import { fastify as createFastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';

type Document = Record<string, unknown>;

const title = 'VoiceAssist interface';
/** The reference brings its own script and styles and reads the description from this server; it may reach nobody else. */
const policy = "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The reference's script alone weighs megabytes, so that it is loaded when somebody looks at it for the first time. */
async function loadReference(): Promise<FastifyInstance> {
  const { default: reference } = await import('@scalar/fastify-api-reference');
  const inner = createFastify();
  await inner.register(reference, {
    routePrefix: '/reference',
    configuration: { url: '/openapi.json', pageTitle: title, withDefaultFonts: false, telemetry: false, hideClientButton: true, showDeveloperTools: 'never' },
  });
  await inner.ready();
  return inner;
}

/** Serves the description of the interface and a page to browse it, both from this server alone. */
export function serveReference(fastify: FastifyInstance, document: Document): void {
  const text = JSON.stringify(document);
  fastify.get('/openapi.json', (_request, reply) => reply.header('cache-control', 'no-cache').type('application/json; charset=utf-8').send(text));
  let loaded: Promise<FastifyInstance> | undefined;
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    loaded ??= loadReference();
    const { statusCode, headers, rawPayload } = await (await loaded).inject({ method: 'GET', url: request.url, headers: { host: request.headers.host ?? 'localhost' } });
    const { 'content-type': type, location } = headers;
    if (location) void reply.header('location', location);
    if (type) void reply.header('content-type', type);
    return reply.code(statusCode).header('content-security-policy', policy).header('cache-control', 'no-cache').send(rawPayload);
  };
  fastify.addHook('onClose', async () => {
    await (await loaded)?.close();
  });
  for (const path of ['/reference', '/reference/', '/reference/js/scalar.js']) fastify.get(path, answer);
}

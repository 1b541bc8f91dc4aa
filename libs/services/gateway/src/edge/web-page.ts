import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Addresses that belong to the interface: never answered with the page. */
const notThePage = /^\/(?:api|v1|reference|health|ready|metrics|openapi\.json)(?:[/?]|$)/;
/** Names that carry a hash of their content, as Vite writes them. */
const hashed = /\/assets\/[^/]+-[\w-]{8}\.\w{1,8}(?:\.map)?$/;

function setCaching(reply: FastifyReply, path: string): void {
  void reply.header('cache-control', hashed.test(path.replaceAll('\\', '/')) ? 'public, max-age=31536000, immutable' : 'no-cache');
}

/** A path with an extension is a file; anything else is a view of the page, which the page itself finds. */
const isFile = (path: string) => /\.[\w-]+$/.test(path);

/** Serves the built page: its files, and `index.html` for every address that is a view. */
export async function serveWebPage(fastify: FastifyInstance, folder: string): Promise<void> {
  const root = resolve(folder);
  if (!existsSync(resolve(root, 'index.html'))) throw new Error(`WEB_ROOT ${root} has no index.html; build the page first`);
  await fastify.register(fastifyStatic, { root, serve: false, cacheControl: false, dotfiles: 'ignore', setHeaders: setCaching });
  fastify.route({
    method: ['GET', 'HEAD'],
    url: '/*',
    handler: (request: FastifyRequest, reply: FastifyReply) => {
      const path = request.url.split('?', 1)[0] ?? '/';
      const file = (request.params as { '*': string })['*']; // the wildcard of this route, decoded
      if (notThePage.test(path) || file.split(/[\\/]/).some((segment) => segment.startsWith('.'))) return reply.callNotFound();
      return reply.sendFile(isFile(path) ? file : 'index.html');
    },
  });
}

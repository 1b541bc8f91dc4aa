import { scimContentType, scimPath } from '@voiceassist/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Fields } from '../routes/input-of.js';
import type { Route } from '../routes/routes-of.js';

/** Whether whoever asks speaks SCIM, also where the address leads nowhere. */
export const speaksScim = ({ url }: FastifyRequest): boolean => url.startsWith(`${scimPath}/`);

/** The input of a SCIM operation: a body as it is, under `resource`, and the version that the client saw last. */
export function scimInput({ params, headers, query }: FastifyRequest, body: Fields | undefined): Fields {
  const ifMatch = headers['if-match'];
  return { ...(body ? { resource: body } : (query as Fields)), ...(params as Fields), ...(ifMatch !== undefined && { ifMatch }) };
}

/** Takes bodies of SCIM as JSON. */
export function readScimBodies(fastify: FastifyInstance): void {
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.addContentTypeParser<string>(scimContentType, { parseAs: 'string' }, (request, body, done) => {
    // some clients name the type of a body that they do not send
    if (body === '') done(null, undefined);
    else void parse(request, body, done);
  });
}

export const isScim = ({ http }: Route): boolean => http.form === 'scim';

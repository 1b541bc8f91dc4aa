import { scimContentType, scimTypeOf, scimUrns, type ErrorBody, type HttpRoute } from '@voiceassist/contracts';
import type { FastifyReply } from 'fastify';

interface Resource {
  readonly meta?: { readonly location?: string; readonly version?: string };
}

const contentType = `${scimContentType}; charset=utf-8`;

/** Answers with the resource itself, and with its version and address in the headers. */
export function sendScim({ status = 200 }: HttpRoute, reply: FastifyReply, resource: Resource): void {
  void reply.code(status).header('cache-control', 'no-store');
  if (status === 204) return void reply.send();
  const { location, version } = resource.meta ?? {};
  if (version !== undefined) void reply.header('etag', version);
  if (location !== undefined && status === 201) void reply.header('location', location);
  void reply.type(contentType).send(JSON.stringify(resource));
}

/** The failure as SCIM has it; `code` is our own word, for whoever looks into it. */
export function scimFailure({ code, message, field }: ErrorBody, status: number): { type: string; body: string } {
  // a field that is wrong has been read; what has no field was no JSON
  const scimType = code === 'INVALID_INPUT' && field === undefined ? 'invalidSyntax' : scimTypeOf(code);
  return { type: contentType, body: JSON.stringify({ schemas: [scimUrns.error], status: String(status), ...(scimType && { scimType }), detail: message, code }) };
}

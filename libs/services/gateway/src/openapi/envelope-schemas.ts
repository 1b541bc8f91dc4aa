import { ErrorBody, Pagination, scimContentType, scimUrns } from '@voiceassist/contracts';
import { z } from 'zod';

type Json = Record<string, unknown>;

/** A schema as OpenAPI 3.1 wants it, which is JSON Schema 2020-12 without a header of its own. */
export function jsonOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, target: 'draft-2020-12', unrepresentable: 'any' }) as Json;
  return json;
}

const metadata = {
  type: 'object', required: ['version', 'requestId'],
  properties: { version: { type: 'string' }, requestId: { type: 'string' }, pagination: { $ref: '#/components/schemas/Pagination' } },
};
const timestamp = { type: 'string', format: 'date-time' };
const required = ['success', 'data', 'error', 'metadata', 'timestamp'];

export function successEnvelope(data: Json): Json {
  const properties = { success: { const: true }, data, error: { type: 'null' }, metadata: { $ref: '#/components/schemas/Metadata' }, timestamp };
  return { description: 'Success.', content: { 'application/json': { schema: { type: 'object', required, properties } } } };
}

export function errorEnvelope(codes: readonly string[]): Json {
  const error = { allOf: [{ $ref: '#/components/schemas/Error' }, { type: 'object', properties: { code: { enum: codes } } }] };
  const properties = { success: { const: false }, data: { type: 'null' }, error, metadata: { $ref: '#/components/schemas/Metadata' }, timestamp };
  return { description: codes.join(', '), content: { 'application/json': { schema: { type: 'object', required, properties } } } };
}

/** A failure as SCIM tells it. */
export function scimError(codes: readonly string[]): Json {
  const properties = {
    schemas: { type: 'array', items: { const: scimUrns.error } }, status: { type: 'string' }, scimType: { type: 'string' }, detail: { type: 'string' }, code: { enum: codes },
  };
  return { description: codes.join(', '), content: { [scimContentType]: { schema: { type: 'object', required: ['schemas', 'status', 'detail', 'code'], properties } } } };
}

export const components: Json = {
  securitySchemes: { accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'Access token from POST /api/auth/login.' } },
  parameters: {
    IdempotencyKey: { name: 'Idempotency-Key', in: 'header', required: false, description: 'The same key asks for the same effect once.', schema: { type: 'string', minLength: 1, maxLength: 200 } },
  },
  schemas: { Error: jsonOf(ErrorBody, 'output'), Pagination: jsonOf(Pagination, 'output'), Metadata: metadata },
};

import { catalogue, commonErrors, errorKinds, scimContentType, type CallableContract, type CommonErrorCode } from '@voiceassist/contracts';
import { apiVersion } from '@voiceassist/kit';
import { z } from 'zod';
import { routesOf, sendsBody, type Route } from '../routes/routes-of.js';
import { components, errorEnvelope, jsonOf, scimError, successEnvelope } from './envelope-schemas.js';

type Json = Record<string, unknown>;

const codesOfEveryRoute: readonly CommonErrorCode[] = ['INVALID_INPUT', 'RATE_LIMITED', 'INTERNAL', 'UNAVAILABLE', 'TIMEOUT'];
const codesOfGuardedRoutes: readonly CommonErrorCode[] = ['UNAUTHENTICATED', 'FORBIDDEN'];

const finerStatus: Readonly<Record<string, number>> = { FILE_TOO_LARGE: 413, SCIM_VERSION_MISMATCH: 412 };

function codesByStatus({ access, errors = {} }: CallableContract): Map<number, string[]> {
  const common = [...codesOfEveryRoute, ...(access === 'public' ? [] : codesOfGuardedRoutes)].map((code) => [code, commonErrors[code]] as const);
  const byStatus = new Map<number, string[]>();
  for (const [code, kind] of [...Object.entries(errors), ...common]) {
    const status = finerStatus[code] ?? errorKinds[kind];
    byStatus.set(status, [...new Set([...(byStatus.get(status) ?? []), code])]);
  }
  return byStatus;
}

const failuresOf = (contract: CallableContract): Json =>
  Object.fromEntries([...codesByStatus(contract)].sort(([a], [b]) => a - b).map(([status, codes]) => [String(status), contract.http?.form === 'scim' ? scimError(codes) : errorEnvelope(codes)]));

const parametersOf = (path: string): string[] => [...path.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '');

interface ObjectSchema extends Json {
  readonly properties?: Record<string, Json>;
  readonly required?: readonly string[];
}

/** The fields that do not stand in the path. */
function fieldsOf({ http, contract }: Route): ObjectSchema {
  const { properties = {}, required = [], ...schema } = jsonOf(contract.input, 'input') as ObjectSchema;
  const inPath = new Set(parametersOf(http.path));
  const left = Object.fromEntries(Object.entries(properties).filter(([name]) => !inPath.has(name)));
  return { ...schema, properties: left, required: required.filter((name) => !inPath.has(name)) };
}

function parameters(route: Route): Json[] {
  const { properties = {} } = jsonOf(route.contract.input, 'input') as ObjectSchema;
  const path = parametersOf(route.http.path).map((name) => ({ name, in: 'path', required: true, schema: properties[name] ?? { type: 'string' } }));
  const { ifMatch } = properties;
  if (ifMatch) path.push({ name: 'If-Match', in: 'header', required: false, schema: ifMatch });
  if (sendsBody(route.http)) return [...path, ...(route.http.form === 'scim' ? [] : [{ $ref: '#/components/parameters/IdempotencyKey' }])];
  const { properties: query = {}, required = [] } = fieldsOf(route);
  return [...path, ...Object.entries(query).filter(([name]) => name !== 'ifMatch').map(([name, schema]) => ({ name, in: 'query', required: required.includes(name), schema }))];
}

function requestBody(route: Route): Json | undefined {
  if (!sendsBody(route.http)) return undefined;
  if (route.http.form === 'scim') return { required: true, content: { [scimContentType]: { schema: fieldsOf(route).properties?.['resource'] ?? {} } } };
  const schema = fieldsOf(route);
  if (!route.http.upload) return { required: (schema.required ?? []).length > 0, content: { [route.http.form === 'urlencoded' ? 'application/x-www-form-urlencoded' : 'application/json']: { schema } } };
  const file = { type: 'string', format: 'binary', description: `At most ${route.http.upload.maxBytes} bytes.` };
  return { required: true, content: { 'multipart/form-data': { schema: { ...schema, properties: { ...schema.properties, file } } } } };
}

function success({ contract, http }: Route): Json {
  if (http.status === 204) return { description: 'Done; nothing to tell.' };
  if (http.form === 'scim' && contract.verb === 'request') return { description: 'Success.', content: { [scimContentType]: { schema: jsonOf(contract.output, 'output') } } };
  if (contract.verb === 'stream') {
    const description = 'Server-sent events named after the type of their item; an `error` event ends a stream that failed.';
    return { description, content: { 'text/event-stream': { schema: jsonOf(contract.item, 'output') } } };
  }
  if (http.download) return { description: 'The bytes; ranges and If-None-Match are obeyed.', content: { '*/*': { schema: { type: 'string', format: 'binary' } } } };
  const output = http.list && contract.output instanceof z.ZodObject ? (contract.output.shape as Record<string, z.ZodType>)['items'] : contract.output;
  return successEnvelope(jsonOf(output ?? contract.output, 'output'));
}

const wordsOf = (name: string): string => name.replace(/([A-Z])/g, ' $1').toLowerCase().replace(/^./, (first) => first.toUpperCase());

function operationOf(route: Route): Json {
  const { service, operation, contract, http } = route;
  const body = requestBody(route);
  return {
    operationId: `${service}.${operation}`,
    summary: wordsOf(operation),
    tags: [service],
    'x-access': contract.access,
    security: contract.access === 'public' ? [] : [{ accessToken: [] }],
    parameters: parameters(route),
    ...(body && { requestBody: body }),
    responses: { [String(http.status ?? 200)]: success(route), ...failuresOf(contract) },
  };
}

/** The OpenAPI 3.1 description of the public interface, derived from the contracts alone. */
export function openApiDocument(routes: readonly Route[] = routesOf(catalogue)): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = route.http.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.http.method.toLowerCase()]: operationOf(route) };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'VoiceAssist', version: apiVersion, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description: 'Answers from your own guidelines, every sentence cited. Decision support, not a diagnosis.',
    },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map(({ service }) => service))].map((name) => ({ name })),
    paths,
    components,
  };
}


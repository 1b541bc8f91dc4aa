import { AppError, commonFailure } from '@voiceassist/kit';
import type { FastifyRequest } from 'fastify';
import { isScim, scimInput } from '../scim/scim-requests.js';
import { sendsBody, type Route } from './routes-of.js';

export type Fields = Readonly<Record<string, unknown>>;

/** Deeper than any input of the house; a service would fail on what is nested without end. */
const deepestBody = 32;

function isTooDeep(body: object): boolean {
  let level: unknown[] = [body];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepestBody) return true;
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? (Object.values(each) as unknown[]) : []));
  }
  return false;
}

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

const notJson = () => new AppError('UNSUPPORTED_MEDIA_TYPE', 'invalid', 'Send the fields as a JSON object.');

/** A form names each field once. */
function formOf(form: URLSearchParams): Fields {
  const fields = Object.fromEntries(form);
  if (Object.keys(fields).length < [...form.keys()].length) throw commonFailure('INVALID_INPUT', 'A field stands in the form twice.');
  return fields;
}

function bodyOf({ http }: Route, request: FastifyRequest): Fields {
  const { body } = request;
  if (body instanceof URLSearchParams) {
    if (http.form !== 'urlencoded') throw notJson();
    return formOf(body);
  }
  if (isFields(body)) {
    if (isTooDeep(body)) throw commonFailure('INVALID_INPUT', 'The body is nested too deeply.');
    return body;
  }
  if (body === undefined || body === null) {
    if (request.headers['content-type'] === undefined) return {};
    throw notJson();
  }
  throw commonFailure('INVALID_INPUT', 'The body must be a JSON object.');
}

/** The fields of an operation: query or JSON body, and the parameters of the path, which win over both. */
export function inputOf(route: Route, request: FastifyRequest): Fields {
  if (isScim(route)) return scimInput(request, sendsBody(route.http) ? bodyOf(route, request) : undefined);
  const fields = sendsBody(route.http) ? bodyOf(route, request) : (request.query as Fields); // Fastify parses a query into an object
  return { ...fields, ...(request.params as Fields) };
}

import type { FastifyRequest } from 'fastify';

const plainName = 'va_refresh';
/** Cookies of this name belong to one host and all of it; a sister host cannot plant one. */
const securePrefix = '__Host-';
const path = '/';
const localHost = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/;

/** A browser takes `Secure` cookies over plain HTTP from nowhere that we can rely on; on the developer's own machine it may do without. */
const isPlainLocal = ({ protocol, host }: Pick<FastifyRequest, 'protocol' | 'host'>) => protocol === 'http' && localHost.test(host);

type Asking = Pick<FastifyRequest, 'protocol' | 'host' | 'headers'>;

const nameFor = (request: Asking) => (isPlainLocal(request) ? plainName : `${securePrefix}${plainName}`);

function cookieFor(request: Asking, value: string, more: readonly string[] = []): string {
  const secure = isPlainLocal(request) ? [] : ['Secure'];
  return [`${nameFor(request)}=${value}`, `Path=${path}`, 'HttpOnly', 'SameSite=Strict', ...secure, ...more].join('; ');
}

/** The header that keeps a refresh token where no script can read it, until the browser closes. */
export const cookieWith = (request: Asking, refreshToken: string): string => cookieFor(request, refreshToken);

/** The header that takes it away. */
export const cookieWithout = (request: Asking): string => cookieFor(request, '', ['Max-Age=0']);

/** The refresh token that the browser holds for us, or null. */
export function refreshTokenOf(request: Asking): string | null {
  const prefix = `${nameFor(request)}=`;
  const pair = (request.headers.cookie ?? '').split(';').map((each) => each.trim()).find((each) => each.startsWith(prefix));
  return pair?.slice(prefix.length) || null;
}

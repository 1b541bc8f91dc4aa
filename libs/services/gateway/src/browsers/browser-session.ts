import { auth, refreshTokenInCookie } from '@voiceassist/contracts';
import { commonFailure } from '@voiceassist/kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Fields } from '../routes/input-of.js';
import type { Route } from '../routes/routes-of.js';
import { isOwnPage, saysOwnPage } from './own-page.js';
import { cookieWith, cookieWithout, refreshTokenOf } from './refresh-cookie.js';

/** After these nothing of the session is left that a browser could hold. */
const endings = new Set<string>([auth.logout, auth.logoutAll, auth.changePassword].map(({ subject }) => subject));

const takesRefreshToken = ({ contract }: Route): boolean => contract.input instanceof z.ZodObject && 'refreshToken' in contract.input.shape;

/**
 * The input of an operation of `auth` with the refresh token from the browser's cookie, where our own page asks. Other
 * clients send it in the body and are left alone. Fails with FORBIDDEN when another site pretends to be our page.
 */
export function withCookie(route: Route, request: FastifyRequest, input: Fields): Fields {
  if (route.service !== 'auth') return input;
  if (!saysOwnPage(request)) return takesRefreshToken(route) ? { ...input, heldInCookie: undefined } : input;
  if (!isOwnPage(request)) throw commonFailure('FORBIDDEN', 'This may only be asked by our own page.');
  if (!takesRefreshToken(route)) return input;
  const refreshToken = refreshTokenOf(request);
  if (refreshToken === null) throw commonFailure('UNAUTHENTICATED', 'Sign in first.');
  return { ...input, refreshToken, heldInCookie: true };
}

/** The answer for our own page, whose refresh token goes into the cookie instead; any other answer unchanged. */
export function intoCookie(route: Route, { request, reply }: { request: FastifyRequest; reply: FastifyReply }, output: unknown): unknown {
  if (route.service !== 'auth' || !saysOwnPage(request)) return output;
  if (endings.has(route.contract.subject)) void reply.header('set-cookie', cookieWithout(request));
  const { refreshToken } = output as { refreshToken?: unknown }; // outputs of operations are objects
  if (typeof refreshToken !== 'string') return output;
  void reply.header('set-cookie', cookieWith(request, refreshToken));
  return { ...(output as object), refreshToken: refreshTokenInCookie };
}

import { z } from 'zod';
import { request } from '../kernel/contract.js';
import { Instant, SessionId } from '../kernel/ids.js';

/** Where somebody signs in: on a device of one's own, or on one that others use too, where a session idles out sooner. */
export const Station = z.enum(['own', 'shared']);
export type Station = z.infer<typeof Station>;

/** One signed-in browser or device of the person who asks. */
export const OwnSession = z.object({
  sessionId: SessionId,
  createdAt: Instant,
  lastUsedAt: Instant,
  /** When it ends even if it stays in use. */
  endsAt: Instant,
  /** Browser and system in few words, for example `Firefox on Windows`; null where the client did not say. */
  device: z.string().nullable(),
  station: Station,
  /** The session of this very request. */
  current: z.boolean(),
});
export type OwnSession = z.infer<typeof OwnSession>;

export const sessionOperations = {
  /** The caller's live sessions, the most recently used first. */
  listSessions: request({
    subject: 'va.v1.auth.rpc.sessions.list',
    input: z.object({}),
    output: z.object({ sessions: z.array(OwnSession) }),
    http: { method: 'GET', path: '/api/auth/sessions' },
    access: 'session',
    audit: 'auth.list-sessions',
  }),
  /** Ends one of the caller's sessions, on whatever device it is. */
  endSession: request({
    subject: 'va.v1.auth.rpc.sessions.end',
    input: z.object({ sessionId: SessionId }),
    output: z.object({}),
    errors: { SESSION_NOT_FOUND: 'not_found' },
    http: { method: 'DELETE', path: '/api/auth/sessions/:sessionId' },
    access: 'session',
    audit: 'auth.end-session',
  }),
};

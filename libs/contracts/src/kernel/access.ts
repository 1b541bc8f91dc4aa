import { z } from 'zod';

/** Roles a person can hold. */
export const Role = z.enum(['admin', 'clinician', 'viewer']);
export type Role = z.infer<typeof Role>;

/**
 * Who may call an operation.
 * `public`: anybody. `signed-in`: any person with a valid session. `clinician`: clinicians and administrators.
 * `admin`: administrators. `service`: only another service of the house; never reachable from outside.
 */
export type Access = 'public' | 'signed-in' | 'clinician' | 'admin' | 'service';

const rolesAllowed: Record<Exclude<Access, 'public' | 'service'>, readonly Role[]> = {
  'signed-in': ['admin', 'clinician', 'viewer'],
  clinician: ['admin', 'clinician'],
  admin: ['admin'],
};

/** Who asks: a person with a session, one of our own services, or nobody known. */
export const Actor = z.discriminatedUnion('type', [
  z.object({ type: z.literal('user'), userId: z.uuid(), sessionId: z.uuid(), roles: z.array(Role) }),
  z.object({ type: z.literal('service'), service: z.string() }),
  z.object({ type: z.literal('anonymous') }),
]);
export type Actor = z.infer<typeof Actor>;
export type UserActor = Extract<Actor, { type: 'user' }>;

export const anonymous: Actor = { type: 'anonymous' };

/** Decides access by role alone; `unauthenticated` means that signing in might help, `forbidden` that it would not. */
export function decideAccess(access: Access, actor: Actor): 'allowed' | 'unauthenticated' | 'forbidden' {
  if (access === 'public') return 'allowed';
  if (actor.type === 'service') return 'allowed';
  if (access === 'service') return 'forbidden';
  if (actor.type === 'anonymous') return 'unauthenticated';
  return actor.roles.some((role) => rolesAllowed[access].includes(role)) ? 'allowed' : 'forbidden';
}

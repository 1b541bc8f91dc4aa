import { z } from 'zod';
import { Permission, reachOf, Role } from './permissions.js';
import { purposeOfRole, type PurposeOfUse } from './purposes.js';

/**
 * Who may call an operation.
 * `public`: anybody. `session`: any live session of a person (an API key is none), even one that still has to set up its second factor.
 * `service`: only another service of the house; never reachable from outside. Otherwise: people with that permission.
 */
export type Access = 'public' | 'session' | 'service' | Permission;

/** Who asks: a person with a session, one of our own services, or nobody known. */
export const Actor = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('user'), userId: z.uuid(), sessionId: z.uuid(), roles: z.array(Role),
    /** Permissions of custom roles, beyond those of `roles`. */
    permissions: z.array(Permission).optional(),
    /** All that an API key may do, whatever its owner may; `sessionId` is then the id of the key. */
    scope: z.array(Permission).optional(),
    /** Seconds since the epoch at which the token or key that was shown ends. */
    validUntil: z.int().optional(),
    /** Seconds since the epoch at which a second factor was last shown in this session. */
    factorAt: z.int().optional(),
    /** The session may do nothing but set up the second factor that its role demands. */
    restricted: z.literal(true).optional(),
    /** The password was given by somebody else: the session may do nothing but replace it. */
    mustChangePassword: z.literal(true).optional(),
    /** Emergency access ("break-glass") to one collection, until a moment in seconds since the epoch; `patient` is the keyed pseudonym of whom it is for. */
    emergency: z.object({ emergencyId: z.uuid(), collectionId: z.uuid(), until: z.int(), patient: z.string().max(128).optional() }).optional(),
  }),
  z.object({ type: z.literal('service'), service: z.string() }),
  z.object({ type: z.literal('anonymous') }),
]);
export type Actor = z.infer<typeof Actor>;
export type UserActor = Extract<Actor, { type: 'user' }>;

export const anonymous: Actor = { type: 'anonymous' };

/** How old the factor may be for an operation that demands a fresh one. */
export const freshFactorSeconds = 300;

/** The access side of a contract. */
export interface AccessRule {
  readonly access: Access;
  /**
   * Demands that a second factor was shown at most `freshFactorSeconds` ago. `after-first`: of those who have one already, which
   * only the handler knows and checks.
   */
  readonly stepUp?: true | 'after-first';
  /** Possible also while the password is one that somebody else gave: what replaces it, and what ends the session. */
  readonly withGivenPassword?: true;
}

/**
 * `unauthenticated`: signing in might help. `forbidden`: it would not. `factor-required`: a second factor has to be set
 * up first. `step-up-required`: the second factor has to be shown again. `password-required`: a password of one's own has
 * to be chosen first.
 */
export type AccessDecision = 'allowed' | 'unauthenticated' | 'forbidden' | 'password-required' | 'factor-required' | 'step-up-required';

/** The one place where access to an operation is decided. */
export function decideAccess({ access, stepUp, withGivenPassword }: AccessRule, actor: Actor, nowMs = Date.now()): AccessDecision {
  if (access === 'public' || actor.type === 'service') return 'allowed';
  if (access === 'service') return 'forbidden';
  if (actor.type === 'anonymous') return 'unauthenticated';
  if (access === 'session' && actor.scope) return 'forbidden';
  if (actor.mustChangePassword && !withGivenPassword) return 'password-required';
  if (access !== 'session') {
    if (actor.restricted) return 'factor-required';
    if (!reachOf(access, actor)) return 'forbidden';
  }
  const fresh = actor.factorAt !== undefined && nowMs / 1_000 - actor.factorAt <= freshFactorSeconds;
  return stepUp === true && !fresh ? 'step-up-required' : 'allowed';
}

/** What a person acts for: emergency treatment while an emergency access is open, else treatment where a role is for it, else what the first role is for. */
export function purposeOf({ emergency, roles }: UserActor, nowMs = Date.now()): PurposeOfUse | undefined {
  if (emergency && emergency.until * 1_000 > nowMs) return 'ETREAT';
  const purposes = roles.map((role) => purposeOfRole[role]);
  return purposes.includes('TREAT') ? 'TREAT' : purposes[0];
}

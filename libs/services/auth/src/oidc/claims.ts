import { z } from 'zod';
import type { ProviderSettings } from './provider-settings.js';

const text = (longest: number) => z.string().trim().min(1).max(longest).optional().catch(undefined);
const Words = z.union([z.array(z.string()), z.string().transform((word) => [word])]).catch([]);

/** OpenID Connect allows 255 characters; what has none or more is no identity. */
const Subject = z.string().min(1).max(255);
const Claims = z.object({
  sub: Subject,
  email: z.email().max(254).optional().catch(undefined),
  email_verified: z.union([z.boolean(), z.stringbool()]).catch(false),
  name: text(200),
  preferred_username: text(200),
  sid: text(500),
  acr: text(200),
  amr: Words,
  auth_time: z.number().optional().catch(undefined),
});

/** What a provider says of somebody who has just signed in there. */
export interface ProvenIdentity {
  readonly subject: string;
  /** An address that the provider vouches for. */
  readonly email?: string;
  readonly displayName?: string;
  readonly groups: readonly string[];
  /** The session at the provider. */
  readonly providerSession?: string;
  /** A second factor was shown there, in words that the settings trust. */
  readonly showedFactor: boolean;
}

type ClaimSet = Readonly<Record<string, unknown>>;

/** Whether the claims have everything that is looked for, so that nothing further has to be asked. */
export const isComplete = (claims: ClaimSet, { groupsClaim }: ProviderSettings): boolean => claims['email'] !== undefined && claims[groupsClaim] !== undefined;

/** The provider left the groups out because they are too many, and says where to ask instead. */
export function hasLeftGroupsOut(claims: ClaimSet, { groupsClaim }: ProviderSettings): boolean {
  const elsewhere = claims['_claim_names'];
  return typeof elsewhere === 'object' && elsewhere !== null && groupsClaim in elsewhere;
}

/** Reads claims whose origin was checked. How somebody signed in is taken from the signed token alone. */
export function identityOf(token: ClaimSet, more: ClaimSet, settings: ProviderSettings): ProvenIdentity {
  const { sub, email, email_verified: verified, name, preferred_username: username } = Claims.parse({ ...more, ...token });
  const { sid, acr, amr } = Claims.parse(token);
  const { secondFactor, groupsClaim, emailIsVerified } = settings;
  return {
    subject: sub, email: verified || emailIsVerified ? email : undefined, displayName: name ?? username, providerSession: sid,
    groups: Words.parse(token[groupsClaim] ?? more[groupsClaim] ?? []),
    showedFactor: (acr !== undefined && secondFactor.acr.includes(acr)) || secondFactor.amr.some((word) => amr.includes(word)),
  };
}

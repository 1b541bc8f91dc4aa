import { z } from 'zod';
import { notAudited } from '../kernel/audit.js';
import { request } from '../kernel/contract.js';
import { Password } from './credential-fields.js';

/** Why a password cannot be taken; no reason asks for kinds of characters. */
export const PasswordProblem = z.enum(['too_short', 'too_long', 'common', 'breached', 'personal', 'repetitive', 'sequence']);
export type PasswordProblem = z.infer<typeof PasswordProblem>;

export const PasswordCheck = z.object({
  acceptable: z.boolean(),
  reason: PasswordProblem.nullable(),
  /** What to do about it, in a sentence. */
  advice: z.string().nullable(),
  /** How hard it is to guess, from 0 to 4; nothing is refused for a low number alone. */
  score: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
  suggestions: z.array(z.string()),
  /** The fewest characters that would do. */
  shortest: z.int(),
});
export type PasswordCheck = z.infer<typeof PasswordCheck>;

export const passwordOperations = {
  /** Says what a page should tell somebody who is choosing a password. Nothing of it is kept or logged. */
  checkPassword: request({
    subject: 'va.v1.auth.rpc.passwords.check',
    input: z.object({
      password: Password,
      /** What the password must not consist of. */
      email: z.string().max(254).default(''),
      displayName: z.string().max(200).default(''),
      /** Whether a second factor will always stand beside it. */
      factorEnforced: z.boolean().default(false),
    }),
    output: PasswordCheck,
    http: { method: 'POST', path: '/api/auth/password/check', limit: 'checks' },
    access: 'public',
    audit: notAudited('advice about a text that nobody has chosen yet; asked at every pause in typing'),
  }),
};

import { z } from 'zod';
import { request } from '../kernel/contract.js';
import { UserId } from '../kernel/ids.js';
import { Role } from '../kernel/permissions.js';
import { Email } from './credential-fields.js';
import { SignedInUser } from './token-pair.js';

/** What `users` asks for when an identity provider makes and changes people. */
export const provisioningOperations = {
  /** Makes an account with a password that nobody knows; `invite` sends the link to choose one. */
  provisionAccount: request({
    subject: 'va.v1.auth.rpc.accounts.provision',
    input: z.object({ email: Email, displayName: z.string().min(1).max(200), roles: z.array(Role).min(1).max(7), invite: z.boolean() }),
    output: SignedInUser,
    errors: { EMAIL_TAKEN: 'conflict' },
    access: 'service',
    audit: 'auth.provision-account',
  }),
  /** Lets somebody sign in with another address. All links that were sent to the old one end; a repetition changes nothing. */
  changeAddress: request({
    subject: 'va.v1.auth.rpc.accounts.change-address',
    input: z.object({ userId: UserId, email: Email }),
    output: z.object({}),
    errors: { EMAIL_TAKEN: 'conflict', USER_NOT_FOUND: 'not_found' },
    access: 'service',
    audit: 'auth.change-address',
  }),
};

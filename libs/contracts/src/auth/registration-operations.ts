import { z } from 'zod';
import { job, request } from '../kernel/contract.js';
import { Email } from './credential-fields.js';

/** Accounts that strangers ask for, where the installation lets them and can send mail. */
export const registrationOperations = {
  /** Sends a link to choose a password for a new account; whoever has one already is told so by mail. Answer and time are the same. */
  requestAccount: request({
    subject: 'va.v1.auth.rpc.accounts.request',
    input: z.object({ email: Email, displayName: z.string().trim().min(1).max(200) }),
    output: z.object({}),
    errors: { REGISTRATION_CLOSED: 'forbidden' },
    http: { method: 'POST', path: '/api/auth/registration', status: 202, limit: 'credentials' },
    access: 'public',
    audit: 'auth.request-account',
  }),
  /** Does what was asked for, out of the asker's sight. */
  makeRequestedAccount: job({
    subject: 'va.v1.auth.job.account.make',
    payload: z.object({ requestId: z.uuid(), /** Who asked, sealed. */ sealed: z.string() }),
    attempts: 8, leaseMs: 60_000, audit: 'auth.create-requested-account',
  }),
};

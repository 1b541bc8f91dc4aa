import { z } from 'zod';
import { notAudited } from '../kernel/audit.js';
import { job, request } from '../kernel/contract.js';
import { beyondOwnAccess } from '../kernel/errors.js';
import { Instant, UserId } from '../kernel/ids.js';
import { Role } from '../kernel/permissions.js';
import { Email, Password } from './credential-fields.js';
import { SignedInUser } from './token-pair.js';

/** What somebody can do who was sent a link: choose a first password, a new one, or prove that an address is theirs. */
export const LinkKind = z.enum(['invitation', 'password-reset', 'verification']);
export type LinkKind = z.infer<typeof LinkKind>;

const LinkId = z.uuid();
const LinkToken = z.string().min(1).max(200);
const nothing = z.object({});

export const PendingLink = z.object({
  linkId: LinkId,
  kind: LinkKind,
  userId: UserId,
  email: Email,
  createdAt: Instant,
  /** Until then it can be shown or sent; the link itself is good for less. */
  pendingUntil: Instant,
});
export type PendingLink = z.infer<typeof PendingLink>;

/** One message to be composed and sent. Links get their secret when they are sent, so that none is ever stored. */
export const Letter = z.discriminatedUnion('kind', [
  z.object({ kind: LinkKind, userId: UserId }),
  z.object({ kind: z.literal('new-device'), userId: UserId, device: z.string().max(100), at: Instant }),
  z.object({ kind: z.literal('password-changed'), userId: UserId, at: Instant }),
  z.object({ kind: z.literal('emergency-opened'), userId: UserId, at: Instant }),
  z.object({ kind: z.literal('emergency-overdue'), userId: UserId, reviews: z.int().min(1), at: Instant }),
  z.object({ kind: z.literal('already-registered'), userId: UserId, at: Instant }),
  z.object({ kind: z.literal('factor-changed'), userId: UserId, change: z.enum(['added', 'removed', 'recovery-codes-renewed', 'reset-by-administrator']), at: Instant }),
  z.object({ kind: z.literal('identity-changed'), userId: UserId, change: z.enum(['linked', 'unlinked']), at: Instant }),
]);
export type Letter = z.infer<typeof Letter>;

const notValid = { LINK_NOT_VALID: 'not_found' } as const;

/** Links by e-mail and what they are good for; where no mail server is set, administrators hand them over. */
export const linkOperations = {
  /** Makes an account whose owner chooses the password with a link. */
  inviteUser: request({
    subject: 'va.v1.auth.rpc.accounts.invite',
    input: z.object({ email: Email, displayName: z.string().trim().min(1).max(200), roles: z.array(Role).min(1).max(7) }),
    output: SignedInUser,
    errors: { ...beyondOwnAccess, EMAIL_TAKEN: 'conflict' },
    http: { method: 'POST', path: '/api/admin/invitations', status: 201 },
    access: 'people.create',
    stepUp: true,
    audit: 'auth.invite-user',
  }),
  /** Sends somebody a link anew; the earlier ones of its kind end. */
  sendLink: request({
    subject: 'va.v1.auth.rpc.links.send',
    input: z.object({ userId: UserId, kind: z.enum(['invitation', 'password-reset']) }),
    output: nothing,
    errors: { ...beyondOwnAccess, USER_NOT_FOUND: 'not_found' },
    http: { method: 'POST', path: '/api/admin/users/:userId/links', status: 202 },
    access: 'people.change',
    audit: 'auth.send-link',
  }),
  /** Sends a link for a new password if there is such an account; answer and time do not tell. */
  requestPasswordReset: request({
    subject: 'va.v1.auth.rpc.passwords.request-reset',
    input: z.object({ email: Email }),
    output: nothing,
    http: { method: 'POST', path: '/api/auth/password/forgotten', status: 202, limit: 'begins' },
    access: 'public',
    audit: 'auth.request-password-reset',
  }),
  /** Sends the caller a link that proves the address. */
  requestVerification: request({
    subject: 'va.v1.auth.rpc.emails.request-verification',
    input: nothing,
    output: nothing,
    http: { method: 'POST', path: '/api/auth/email/verification', status: 202 },
    access: 'session',
    audit: 'auth.request-verification',
  }),
  /** What a link is for, so that a page can ask for the right thing; uses nothing up. */
  readLink: request({
    subject: 'va.v1.auth.rpc.links.read',
    input: z.object({ token: LinkToken }),
    output: z.object({ kind: LinkKind, email: Email, displayName: z.string(), shortestPassword: z.int(), expiresAt: Instant }),
    errors: notValid,
    http: { method: 'POST', path: '/api/auth/links/read', limit: 'credentials' },
    access: 'public',
    audit: 'auth.read-link',
  }),
  /** Chooses a password with a link, once; ends every session and key of the person. */
  choosePassword: request({
    subject: 'va.v1.auth.rpc.links.choose-password',
    input: z.object({ token: LinkToken, newPassword: Password }),
    output: nothing,
    errors: { ...notValid, PASSWORD_REFUSED: 'invalid' },
    http: { method: 'POST', path: '/api/auth/links/password', limit: 'credentials' },
    access: 'public',
    audit: 'auth.choose-password',
  }),
  verifyEmail: request({
    subject: 'va.v1.auth.rpc.links.verify-email',
    input: z.object({ token: LinkToken }),
    output: nothing,
    errors: notValid,
    http: { method: 'POST', path: '/api/auth/links/verification', limit: 'credentials' },
    access: 'public',
    audit: 'auth.verify-email',
  }),
  /** Links that no mail has carried: all of them where no mail server is set, elsewhere those that could not be sent. */
  listPendingLinks: request({
    subject: 'va.v1.auth.rpc.links.list',
    input: nothing,
    output: z.object({ links: z.array(PendingLink), mail: z.enum(['on', 'off']) }),
    http: { method: 'GET', path: '/api/admin/links' },
    access: 'people.change',
    audit: 'auth.list-links',
  }),
  /** Shows an administrator such a link, to hand it over; whatever was shown of it before is good no longer. */
  revealLink: request({
    subject: 'va.v1.auth.rpc.links.reveal',
    input: z.object({ linkId: LinkId }),
    output: z.object({ url: z.url(), expiresAt: Instant }),
    errors: { ...beyondOwnAccess, LINK_NOT_FOUND: 'not_found' },
    http: { method: 'POST', path: '/api/admin/links/:linkId/reveal' },
    access: 'people.change',
    stepUp: true,
    audit: 'auth.reveal-link',
  }),
  sendLetter: job({ subject: 'va.v1.auth.job.letter.send', payload: Letter, attempts: 8, leaseMs: 60_000, audit: notAudited('what made the letter necessary is recorded; each attempt at a mail server is not an act of anybody') }),
};

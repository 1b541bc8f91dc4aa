import { z } from 'zod';
import { notAudited } from '../kernel/audit.js';
import { job, request } from '../kernel/contract.js';
import { PageQuery, pageOf } from '../kernel/envelope.js';
import { CollectionId, Instant, UserId } from '../kernel/ids.js';
import { RenewedAccess } from './token-pair.js';

/** How long an emergency access lasts at most. */
export const emergencyMinutes = 60;

export const EmergencyReview = z.object({
  reviewedBy: UserId,
  reviewedAt: Instant,
  verdict: z.enum(['justified', 'not-justified']),
  note: z.string(),
});
export type EmergencyReview = z.infer<typeof EmergencyReview>;

/** Emergency access ("break-glass"): somebody opened a collection for themselves, said why, and is asked about it afterwards. */
export const EmergencyAccess = z.object({
  emergencyId: z.uuid(),
  userId: UserId,
  collectionId: CollectionId,
  /** Null while nobody can be asked for it. */
  collectionName: z.string().nullable(),
  reason: z.string(),
  /** How the opener named the patient, for example a record number. */
  patient: z.string().nullable(),
  openedAt: Instant,
  /** When it ended, or will end by itself. */
  endsAt: Instant,
  active: z.boolean(),
  /** Until when it has to be reviewed. */
  reviewDueAt: Instant,
  review: EmergencyReview.nullable(),
});
export type EmergencyAccess = z.infer<typeof EmergencyAccess>;

const nothing = z.object({});
const byId = z.object({ emergencyId: z.uuid() });
const unknown = { EMERGENCY_NOT_FOUND: 'not_found' } as const;

/** Opening, ending and reviewing emergency access. Everything done meanwhile is marked in the audit. */
export const emergencyOperations = {
  /**
   * Opens one collection for the caller's session for an hour, and has the privacy officers told. One at a time. Where
   * a patient is named, every row of the audit until its end carries that patient's keyed pseudonym.
   */
  openEmergency: request({
    subject: 'va.v1.auth.rpc.emergencies.open',
    input: z.object({ collectionId: CollectionId, reason: z.string().trim().min(20).max(1_000), patient: z.string().trim().min(1).max(100).optional() }),
    output: z.object({ emergency: EmergencyAccess, access: RenewedAccess }),
    errors: { EMERGENCY_ACTIVE: 'conflict', EMERGENCY_SUSPENDED: 'forbidden' },
    http: { method: 'POST', path: '/api/emergency-access', status: 201 },
    access: 'break-glass.use',
    stepUp: true,
    audit: 'auth.open-emergency',
  }),
  /** Ends the caller's emergency access before its time; answers the access token to go on with. */
  endEmergency: request({
    subject: 'va.v1.auth.rpc.emergencies.end',
    input: nothing,
    output: RenewedAccess,
    errors: unknown,
    http: { method: 'POST', path: '/api/emergency-access/end' },
    access: 'break-glass.use',
    audit: 'auth.end-emergency',
  }),
  /** The emergency access of the caller's session, for the banner. */
  readOwnEmergency: request({
    subject: 'va.v1.auth.rpc.emergencies.read-own',
    input: nothing,
    output: z.object({ emergency: EmergencyAccess.nullable() }),
    http: { method: 'GET', path: '/api/emergency-access' },
    access: 'break-glass.use',
    audit: 'auth.read-own-emergency',
  }),
  /** What waits for a review stands first, the oldest on top. */
  listEmergencies: request({
    subject: 'va.v1.auth.rpc.emergencies.list',
    input: PageQuery,
    output: pageOf(EmergencyAccess),
    http: { method: 'GET', path: '/api/admin/emergency-access', list: true },
    access: 'break-glass.review',
    audit: 'auth.list-emergencies',
  }),
  /** How many wait for a review, for the mark on every page of those who review; the list itself is audited. */
  countWaitingEmergencies: request({
    subject: 'va.v1.auth.rpc.emergencies.count-waiting',
    input: nothing,
    output: z.object({ waiting: z.int() }),
    http: { method: 'GET', path: '/api/admin/emergency-access/waiting' },
    access: 'break-glass.review',
    audit: notAudited('a number alone, asked every few seconds by the page of whoever reviews'),
  }),
  /** Finds out who is to be told of an emergency access and has letters sent to them; again until somebody was found. */
  announceEmergency: job({ subject: 'va.v1.auth.job.emergency.announce', payload: byId, attempts: 50, leaseMs: 30_000, audit: notAudited('the opening that it tells of is recorded; each attempt to find somebody to tell is not an act of anybody') }),
  /** Lets a privacy officer end somebody's emergency access at once. */
  revokeEmergency: request({
    subject: 'va.v1.auth.rpc.emergencies.revoke',
    input: byId,
    output: EmergencyAccess,
    errors: unknown,
    http: { method: 'POST', path: '/api/admin/emergency-access/:emergencyId/end' },
    access: 'break-glass.review',
    audit: 'auth.revoke-emergency',
  }),
  /** Judges an emergency access that has ended, once; nobody judges their own. */
  reviewEmergency: request({
    subject: 'va.v1.auth.rpc.emergencies.review',
    input: byId.extend({ verdict: EmergencyReview.shape.verdict, note: z.string().trim().min(1).max(2_000) }),
    output: EmergencyAccess,
    errors: { ...unknown, EMERGENCY_ACTIVE: 'conflict', EMERGENCY_REVIEWED: 'conflict', OWN_EMERGENCY: 'forbidden' },
    http: { method: 'POST', path: '/api/admin/emergency-access/:emergencyId/review' },
    access: 'break-glass.review',
    audit: 'auth.review-emergency',
  }),
};

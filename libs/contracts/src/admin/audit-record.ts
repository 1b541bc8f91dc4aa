import { z } from 'zod';
import { Actor } from '../kernel/access.js';
import { Instant } from '../kernel/ids.js';
import { PurposeOfUse } from '../kernel/purposes.js';

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * One line of the audit, after FHIR's AuditEvent and IHE BALP: who did what to which thing, when, from where, why and
 * with what outcome. Never what was said or read. What a producer cannot know it leaves out.
 */
export const AuditRecord = z.object({
  auditId: z.uuid(),
  /** When the act began. */
  occurredAt: Instant,
  /** The service that kept the record. */
  service: z.string(),
  action: z.string(),
  kind: z.enum(['C', 'R', 'U', 'D', 'E']).optional(),
  /** Person with session, roles and the moment of the last second factor; or a service; or nobody known. */
  actor: Actor,
  requestId: z.string(),
  /** W3C trace id. */
  traceId: z.string().regex(/^[0-9a-f]{32}$/).optional(),
  /** Network of the client: an IPv4 address cut to 24 bits, an IPv6 address to 48. */
  clientNetwork: z.string().max(64).optional(),
  /** `ok`, or the code of the failure; `INTERRUPTED` where the act was committed but its answer never left. */
  outcome: z.string(),
  /** Identifiers taken from the operation's input and output, for example `documentId`. */
  subjects: z.record(z.string(), z.string()),
  /** Keyed pseudonym of the patient; never a name or a number of the hospital. */
  patient: z.string().max(128).optional(),
  /** What the person acted for: that of the role, or emergency treatment during an emergency access. */
  purpose: PurposeOfUse.optional(),
  /** The act was done under break-glass. */
  breakGlass: z.literal(true).optional(),
  /** SHA-256 of what a change replaced and of what it left. */
  change: z.object({ before: Sha256.optional(), after: Sha256.optional() }).optional(),
  durationMs: z.number(),
  /** How many like attempts this row stands for, where refusals are counted together; the first at `occurredAt`. */
  attempts: z.int().min(1).optional(),
  /** Numbers from 1 without gaps within one run of one producer, so that a lost row is noticed. */
  producer: z.object({ run: z.uuid(), number: z.int().min(1) }).optional(),
});
export type AuditRecord = z.infer<typeof AuditRecord>;

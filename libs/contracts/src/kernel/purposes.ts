import { z } from 'zod';
import type { Role } from './permissions.js';

/** Why something is looked at or done, as HL7's PurposeOfUse (v3 ActReason) names it. */
export const PurposeOfUse = z.enum(['TREAT', 'ETREAT', 'HPAYMT', 'HOPERAT', 'HRESCH', 'PATRQT', 'HSYSADMIN']);
export type PurposeOfUse = z.infer<typeof PurposeOfUse>;

/** What somebody acts for in a role: treatment, research, running the hospital, administering the system. */
export const purposeOfRole = {
  admin: 'HSYSADMIN', privacy_officer: 'HOPERAT', clinician: 'TREAT', nurse: 'TREAT', researcher: 'HRESCH', viewer: 'HOPERAT', service: 'HOPERAT',
} as const satisfies Record<Role, PurposeOfUse>;

/** Permissions that count for these purposes alone, whichever way somebody came to them; all others count for all. */
export const purposeConditions = {
  // research reads without identifiers, and an original cannot be masked
  'documents.open-original': ['TREAT', 'ETREAT', 'HOPERAT', 'HSYSADMIN'],
} as const satisfies Readonly<Record<string, readonly PurposeOfUse[]>>;

import { Config, secretSetting, setting } from '@voiceassist/kit';
import { z } from 'zod';

const wholeNumber = (least: number, most: number) => z.coerce.number().int().min(least).max(most);
const EncryptionKey = z.base64().refine((text) => Buffer.from(text, 'base64').length === 32);

/** How long the audit is kept and how it is guarded. */
export class AuditConfig extends Config({
  AUDIT_RETENTION_DAYS: setting(wholeNumber(2_192, 36_500).default(2_192), 'How long audit entries are kept, in days; six calendar years with their leap days at least (HIPAA, 45 CFR 164.316).'),
  AUDIT_CHECKPOINT_MINUTES: setting(wholeNumber(1, 1_440).default(15), 'How often a signed checkpoint of the audit is taken, in minutes.'),
  AUDIT_VERIFY_HOURS: setting(wholeNumber(1, 720).default(24), 'How often the whole audit is verified by itself, in hours.'),
  AUDIT_KEY_ENCRYPTION_KEY: secretSetting(
    EncryptionKey.optional(),
    '32 bytes as base64 that encrypt the key which signs checkpoints of the audit (AES-256-GCM); without it that key is encrypted under the master keys.',
  ),
}) {}

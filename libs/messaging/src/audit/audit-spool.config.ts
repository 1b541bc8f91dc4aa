import { z } from 'zod';
import { Config, setting } from '@voiceassist/kit';

/** Where audit rows wait that nobody has taken yet. */
export class AuditSpoolConfig extends Config({
  AUDIT_SPOOL_DIR: setting(
    z.string().min(1).optional(),
    'Folder in which rows of refused attempts wait while `admin` is away; they survive the end of the process there, also by force. Unset, they wait in memory and end with the process.',
  ),
}) {}

import { Config, setting } from '@voiceassist/kit';
import { z } from 'zod';
import { clamdAddressIn } from './open-file-scanner.js';

const ScannerUrl = z.string().default('none:').refine((text) => text === 'none:' || clamdAddressIn(text) !== null, 'must be none:, clamd://host:port or clamd:/path/of/the/socket');

/** Looking for malware in uploaded files. */
export class ScannerConfig extends Config({
  SCANNER_URL: setting(ScannerUrl, 'Scanner that every uploaded file has to pass before it is read: `clamd://host:port` or `clamd:/path/of/the/socket` (ClamAV), or `none:`.'),
  SCANNER_TIMEOUT_MS: setting(z.coerce.number().int().min(100).max(600_000).default(60_000), 'How long the scanner may take for one file, in milliseconds.'),
}) {}

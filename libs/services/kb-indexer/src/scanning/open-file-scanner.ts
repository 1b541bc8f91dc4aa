import { ClamdFileScanner, type ClamdAddress } from './clamd.file-scanner.js';
import type { FileScanner } from './file-scanner.js';
import { NoFileScanner } from './no.file-scanner.js';
import type { ScannerConfig } from './scanner.config.js';

/** Where `clamd://host:port` or `clamd:/path` leads; null for anything else. */
export function clamdAddressIn(text: string): ClamdAddress | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== 'clamd:' || url.username !== '' || url.search !== '' || url.hash !== '') return null;
  if (url.hostname !== '') return url.pathname.length > 1 ? null : { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || '3310') };
  return url.pathname.length > 1 && url.pathname.startsWith('/') ? { path: decodeURIComponent(url.pathname) } : null;
}

/** The adapter that `SCANNER_URL` names. */
export function openFileScanner({ SCANNER_URL: url, SCANNER_TIMEOUT_MS: timeoutMs }: ScannerConfig): FileScanner {
  const address = clamdAddressIn(url);
  return address ? new ClamdFileScanner(address, timeoutMs) : new NoFileScanner();
}

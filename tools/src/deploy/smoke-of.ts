import { existsSync } from 'node:fs';
import { readAccount } from '../smoke/account.js';
import { Door } from '../smoke/door.js';
import { outcomeLine } from '../smoke/outcome-line.js';
import { runChecks } from '../smoke/run-checks.js';
import { untilCertificate } from './edge/certificate-wait.js';
import type { Installation } from './installation.js';

/** Where and with what the checks after a change come in. */
export interface SmokeTarget {
  readonly url: string;
  readonly caFile?: string;
  readonly connectTo?: string;
  readonly plainUrl?: string;
}

/** The account of the checks, where somebody has put its files among the secrets; without one a stranger asks. */
function accountOf(installation: Installation) {
  const fileOf = (name: string) => (existsSync(installation.secretFile(name)) ? installation.secretFile(name) : undefined);
  const apiKeyFile = fileOf('smoke_api_key');
  if (apiKeyFile !== undefined) return readAccount({ apiKeyFile });
  const passwordFile = fileOf('smoke_password');
  return passwordFile === undefined ? undefined : readAccount({ email: installation.settings()['SMOKE_EMAIL'], passwordFile, totpSeedFile: fileOf('smoke_totp_seed') });
}

/** Waits for the certificate and runs the smoke tests; fails with what failed. */
export async function expectSmoke(installation: Installation, { url, caFile, connectTo, plainUrl }: SmokeTarget, say: (text: string) => void): Promise<void> {
  await untilCertificate({ baseUrl: url, caFile, connectTo }, say);
  const outcomes = await runChecks({ door: new Door({ baseUrl: url, caFile, connectTo }), account: accountOf(installation), plainUrl, certificateDays: 10 }, { onOutcome: (outcome) => say(`  ${outcomeLine(outcome)}`) });
  const failed = outcomes.filter(({ outcome }) => outcome === 'failed');
  if (failed.length > 0) throw new Error(`${failed.length} smoke tests failed: ${failed.map(({ name, detail }) => `${name} (${detail})`).join('; ')}`);
}

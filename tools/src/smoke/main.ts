import { parseArgs } from 'node:util';
import { readAccount } from './account.js';
import type { Scene } from './check.js';
import { Door } from './door.js';
import { outcomeLine } from './outcome-line.js';
import { runChecks, type Outcome } from './run-checks.js';

/**
 * Asks a running installation whether it does what it should, from outside:
 * `npm run smoke -- --url https://host [--email … --password-file … [--totp-seed-file …] | --api-key-file …] [--json]`.
 * Exit code 0: nothing failed. 1: something failed. 2: it could not be asked.
 */
const usage = 'usage: --url https://host [--email ADDRESS --password-file FILE [--totp-seed-file FILE] | --api-key-file FILE] [--question TEXT]\n'
  + '       [--only CHECK,CHECK…] [--ca-file FILE] [--connect-to ADDRESS] [--plain-url http://host] [--certificate-days 10] [--json]';

function readScene(): { scene: Scene; json: boolean; only: string[] | undefined } {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      url: text, email: text, 'password-file': text, 'totp-seed-file': text, 'api-key-file': text, question: text, only: text,
      'ca-file': text, 'connect-to': text, 'plain-url': text, 'certificate-days': { ...text, default: '10' }, json: { type: 'boolean', default: false },
    },
  });
  if (values.url === undefined || !/^https?:\/\//.test(values.url) || !URL.canParse(values.url)) throw new Error('--url needs an address that begins with http:// or https://');
  const certificateDays = Number(values['certificate-days']);
  if (!Number.isInteger(certificateDays)) throw new Error('--certificate-days needs a whole number');
  const account = readAccount({ email: values.email, passwordFile: values['password-file'], totpSeedFile: values['totp-seed-file'], apiKeyFile: values['api-key-file'] });
  const door = new Door({ baseUrl: values.url, caFile: values['ca-file'], connectTo: values['connect-to'] });
  return { scene: { door, account, plainUrl: values['plain-url'], certificateDays, question: values.question }, json: values.json, only: values.only?.split(',') };
}

async function run(): Promise<number> {
  const { scene, json, only } = readScene();
  if (!json) console.log(`asking ${scene.door.origin}`);
  const onOutcome = (outcome: Outcome) => (json ? undefined : console.log(outcomeLine(outcome)));
  const outcomes = await runChecks(scene, { only, onOutcome });
  const count = (wanted: Outcome['outcome']) => outcomes.filter(({ outcome }) => outcome === wanted).length;
  const totals = { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
  if (json) console.log(JSON.stringify({ url: scene.door.origin, ...totals, checks: outcomes }, null, 2));
  else console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
  return totals.failed > 0 ? 1 : 0;
}

try {
  process.exitCode = await run();
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  process.exitCode = 2;
}

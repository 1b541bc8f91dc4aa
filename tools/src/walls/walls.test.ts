import { execFileSync, spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

/** Each wall is proven by planting the forbidden import and reading the report. */
const root = fileURLToPath(new URL('../../..', import.meta.url));
const environment = { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true' };

const plants = [
  { wall: 'contracts know no platform', folder: 'libs/contracts/src', code: "import '@voiceassist/kit';", rule: '@nx/enforce-module-boundaries' },
  { wall: 'phi and contracts do not know each other', folder: 'libs/phi/src', code: "import '@voiceassist/contracts';", rule: '@nx/enforce-module-boundaries' },
  { wall: 'kit stands below storage', folder: 'libs/kit/src', code: "import '@voiceassist/storage';", rule: '@nx/enforce-module-boundaries' },
  { wall: 'storage stands below messaging', folder: 'libs/storage/src', code: "import '@voiceassist/messaging';", rule: '@nx/enforce-module-boundaries' },
  { wall: 'messaging does not know ai', folder: 'libs/messaging/src', code: "import '@voiceassist/ai';", rule: '@nx/enforce-module-boundaries' },
  { wall: 'ai stands on kit only', folder: 'libs/ai/src', code: "import '@voiceassist/storage';", rule: '@nx/enforce-module-boundaries' },
  { wall: 'services ask over the bus', folder: 'libs/services/admin/src', code: "import '@voiceassist/service-users';", rule: '@nx/enforce-module-boundaries' },
  { wall: 'the page knows contracts only', folder: 'apps/web/src', code: "import '@voiceassist/kit';", rule: '@nx/enforce-module-boundaries' },
  { wall: 'end-to-end tests know contracts only', folder: 'apps/e2e/src', code: "import '@voiceassist/kit';", rule: '@nx/enforce-module-boundaries' },
  { wall: 'services use ports, not clients', folder: 'libs/services/admin/src', code: "import 'pg';", rule: 'no-restricted-imports' },
  { wall: 'nobody imports past an index', folder: 'libs/services/users/src', code: "import '@voiceassist/kit/src/call/call.js';", rule: 'no-restricted-imports' },
  { wall: 'settings are read in kit', folder: 'libs/services/auth/src', code: "export const home = process.env['HOME'];", rule: 'no-restricted-properties' },
] as const;

const fileOf = (index: number) => join(root, plants[index]?.folder ?? '', `planted-${index}.ts`);

interface LintResult {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string | null }[];
}

describe('import walls', () => {
  let reports: LintResult[] = [];

  beforeAll(() => {
    plants.forEach(({ code }, index) => writeFileSync(fileOf(index), `${code}\nexport const planted = true;\n`));
    // the rule is silently off without a project graph, so it is made first
    execFileSync('npx', ['nx', 'show', 'projects'], { cwd: root, env: environment, stdio: 'ignore' });
    const lint = spawnSync('npx', ['eslint', '--format', 'json', ...plants.map((_, index) => fileOf(index))], { cwd: root, env: environment, encoding: 'utf8', maxBuffer: 32 * 1024 * 1024 });
    reports = JSON.parse(lint.stdout) as LintResult[];
  }, 120_000);

  afterAll(() => plants.forEach((_, index) => rmSync(fileOf(index), { force: true })));

  it.each(plants.map(({ wall, rule }, index) => [wall, rule, index] as const))('%s', (_wall, rule, index) => {
    const report = reports.find(({ filePath }) => filePath === fileOf(index));
    expect(report?.messages.map(({ ruleId }) => ruleId)).toContain(rule);
  });
});

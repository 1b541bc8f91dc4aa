import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { createEngine } from '@secretlint/node';
import { billOfMaterials, nameOf, refusedLicences, type Bill } from './bill-of-materials.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url)).replace(/\/$/, '');
const read = (path: string) => readFileSync(`${root}/${path}`, 'utf8');

interface Manifest {
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
  readonly optionalDependencies: Record<string, string>;
  readonly allowScripts: Record<string, boolean>;
}
interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
}
const manifest = JSON.parse(read('package.json')) as Manifest; // our own file
const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> }; // npm's file, made from ours
const installed = Object.entries(lock.packages).filter(([path, { link }]) => path.includes('node_modules/') && link !== true);
const direct = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };

/** The packages in the first column of the table; `@scope/one, two` names two of one scope. */
function namesIn(table: string): Set<string> {
  return new Set(table.split('\n').filter((line) => line.startsWith('| ')).flatMap((line) => {
    const names = (line.split('|')[1] ?? '').split(',').map((name) => name.trim());
    const scope = names.find((name) => name.startsWith('@'))?.split('/')[0];
    return names.flatMap((name) => [name, `${scope}/${name}`]);
  }));
}

describe('the lock file', () => {
  it('names a digest for every package, so that another content is refused', () => {
    expect(installed.length).toBeGreaterThan(500);
    expect(installed.filter(([, { integrity }]) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? '')).map(([path]) => path)).toEqual([]);
  });

  it('takes nothing from outside the registry', () => {
    expect(installed.filter(([, { resolved }]) => resolved !== undefined && !/^https:\/\/registry\.npmjs\.org\//.test(resolved)).map(([path]) => path)).toEqual([]);
  });

  it('decides for every package with an install script whether it runs', () => {
    const scripted = installed.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));
    expect([...new Set(scripted)].filter((name) => !(name in manifest.allowScripts) && name !== 'fsevents')).toEqual([]);
  });
});

describe('dependencies', () => {
  it('are exact versions', () => {
    expect(Object.entries(direct).filter(([, version]) => !/^(?:npm:[\w@/-]+@)?\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))).toEqual([]);
  });

  it('are each explained in docs/dependencies.md', () => {
    const explained = namesIn(read('docs/dependencies.md'));
    expect(Object.keys(direct).filter((name) => !name.startsWith('@types/') && !explained.has(name) && !explained.has(`${name.split('/')[0]}/*`))).toEqual([]);
  });
});

describe('the bill of materials', () => {
  let bill: Bill;
  beforeAll(async () => {
    bill = await billOfMaterials(root);
  }, 150_000);
  const namesOf = ({ components }: Bill) => new Set(components.map(nameOf));
  const page = ['react', 'react-dom', 'react-router', '@radix-ui/react-dialog', 'pdfjs-dist', '@tanstack/react-query'];

  it('lists what is shipped, and nothing that only builds or tests', () => {
    const names = namesOf(bill);
    expect([...Object.keys(manifest.dependencies), ...page].filter((name) => !names.has(name))).toEqual([]);
    expect(['jest', 'eslint', 'playwright-core', 'oidc-provider', 'vite', 'typescript'].filter((name) => names.has(name))).toEqual([]);
  });

  it.each<[string, readonly string[], readonly string[]]>([
    ['web', page, ['fastify', 'pg', 'node', 'gcr.io/distroless/cc-debian12']],
    ['users', ['fastify', 'pg', 'node', 'gcr.io/distroless/cc-debian12'], [...page, 'caddy']],
    ['gateway', ['fastify', 'node', ...page], ['caddy']],
  ])('of the image %s lists what that image holds', async (app, held, absent) => {
    const one = await billOfMaterials(root, app);
    const names = namesOf(one);
    expect(held.filter((name) => !names.has(name))).toEqual([]);
    expect(absent.filter((name) => names.has(name))).toEqual([]);
    expect(one).toMatchObject({ metadata: { component: { name: `voiceassist-${app}` } } });
    const everything = namesOf(bill);
    expect([...names].filter((name) => !everything.has(name))).toEqual([]);
  }, 150_000);

  it('names a digest for every package and every base', () => {
    expect(bill.components.filter(({ type, hashes }) => type === 'library' && !/^[0-9a-f]{128}$/.test((hashes as { content: string }[] | undefined)?.[0]?.content ?? '')).map(nameOf)).toEqual([]);
    expect(bill.components.filter(({ type }) => type === 'container').map(({ version }) => /@sha256:[0-9a-f]{64}$/.test(version ?? ''))).toEqual([true, true]);
  });

  it('knows the images that are built, and which of them hold the page', async () => {
    const { apps, withPage } = (await import(`${root}/tools/ci/shipped.mjs`)) as { apps: string[]; withPage: string[] }; // plain Node, which runs before anything is compiled
    expect(apps).toEqual((/app: \[(.*)\]/.exec(read('.github/workflows/images.yml'))?.[1] ?? '').split(', '));
    const assembled = [...read('docker/assemble.mjs').matchAll(/^ {2}(\w+): \[.*'apps\/web\/dist'/gm)].map(([, app]) => app);
    expect(withPage).toEqual([...assembled, 'web']);
    await expect(billOfMaterials(root, 'unheard-of')).rejects.toThrow(/no image unheard-of/);
  });

  it('holds only licences under which we may ship', () => expect(refusedLicences(bill)).toEqual([]));

  it.each([['GPL-3.0-only', true], ['(MIT OR GPL-3.0-only)', false], ['MIT AND AGPL-3.0-only', true], ['', true]])('would see the licence "%s" (refused: %s)', (licence, refused) => {
    expect(refusedLicences({ components: [{ type: 'library', name: 'planted', licenses: licence ? [licence] : [] }] }).length > 0).toBe(refused);
  });
});

describe('advisories', () => {
  const weakness = (path: string, severity: string) => ({ name: path, severity, range: '<9', via: [{ title: 'planted', url: 'https://example.invalid' }], nodes: [path] });
  const judge = (report: object) => spawnSync(process.execPath, [`${root}/tools/ci/advisories.mjs`], { input: JSON.stringify(report), encoding: 'utf8' });

  it.each<[string, object, number | null]>([
    ['of what only builds', weakness('node_modules/jest', 'critical'), 0],
    ['of the page, grave', weakness('node_modules/react', 'high'), 1],
    ['of a service, grave', weakness('node_modules/fastify', 'critical'), 1],
    ['of a service, small', weakness('node_modules/fastify', 'moderate'), 0],
  ])('%s', (_name, planted, status) => {
    expect(judge({ vulnerabilities: { planted } })).toMatchObject({ status });
  });

  it('are never none because the registry did not answer', () => {
    expect(judge({ error: { code: 'ENOAUDIT' } }).status).not.toBe(0);
  });
});

describe('secrets', () => {
  const configuration = { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend' }] };
  const engineOf = () => createEngine({ cwd: root, color: false, formatter: 'json', configFileJSON: configuration });

  it('stand in no file that git keeps', async () => {
    const files = execFileSync('git', ['ls-files', '-z', '--', ':!*.pdf', ':!*.png', ':!*.data.ts', ':!package-lock.json'], { cwd: root, encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 })
      .split('\0').filter(Boolean).map((file) => `${root}/${file}`);
    expect(files.length).toBeGreaterThan(500);
    const { output } = await (await engineOf()).executeOnFiles({ filePathList: files });
    const looked = JSON.parse(output) as { filePath: string; messages: { ruleId: string; loc: { start: { line: number } } }[] }[]; // its JSON formatter; what it found is not shown
    expect(looked.flatMap(({ filePath, messages }) => messages.map(({ ruleId, loc }) => `${filePath}:${loc.start.line} ${ruleId}`))).toEqual([]);
  }, 180_000);

  it('would be seen', async () => {
    const planted = ['-----BEGIN RSA ', 'PRIVATE KEY-----\n', 'MIIEowIBAAKCAQEA'.repeat(20), '\n-----END RSA ', 'PRIVATE KEY-----\n'].join('');
    expect((await (await engineOf()).executeOnContent({ content: planted, filePath: `${root}/planted.pem` })).ok).toBe(false);
  });
});

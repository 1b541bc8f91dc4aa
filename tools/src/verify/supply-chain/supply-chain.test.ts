import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { createEngine } from '@secretlint/node';
import { billOfMaterials, refusedLicences, type Bill } from './bill-of-materials.js';

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

  it('lists what is shipped, and nothing that only builds or tests', () => {
    const names = new Set(bill.components.map(({ group, name }) => (group ? `${group}/${name}` : name)));
    expect(Object.keys(manifest.dependencies).filter((name) => !names.has(name))).toEqual([]);
    expect(['jest', 'eslint', 'playwright-core', 'oidc-provider'].filter((name) => names.has(name))).toEqual([]);
  });

  it('holds only licences under which we may ship', () => expect(refusedLicences(bill)).toEqual([]));

  it.each([['GPL-3.0-only', true], ['(MIT OR GPL-3.0-only)', false], ['MIT AND AGPL-3.0-only', true], ['', true]])('would see the licence "%s" (refused: %s)', (licence, refused) => {
    expect(refusedLicences({ components: [{ name: 'planted', licenses: licence ? [licence] : [] }] }).length > 0).toBe(refused);
  });
});

describe('secrets', () => {
  const configuration = { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend' }] };
  const engineOf = () => createEngine({ cwd: root, color: false, formatter: 'json', configFileJSON: configuration });

  it('stand in no file that git keeps', async () => {
    const files = execFileSync('git', ['ls-files', '-z', '--', ':!*.pdf', ':!*.png', ':!*.data.ts', ':!package-lock.json'], { cwd: root, encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 })
      .split('\0').filter(Boolean).map((file) => `${root}/${file}`);
    expect(files.length).toBeGreaterThan(500);
    const { ok, output } = await (await engineOf()).executeOnFiles({ filePathList: files });
    expect(ok ? '' : output).toBe('');
  }, 180_000);

  it('would be seen', async () => {
    const planted = ['-----BEGIN RSA ', 'PRIVATE KEY-----\n', 'MIIEowIBAAKCAQEA'.repeat(20), '\n-----END RSA ', 'PRIVATE KEY-----\n'].join('');
    expect((await (await engineOf()).executeOnContent({ content: planted, filePath: `${root}/planted.pem` })).ok).toBe(false);
  });
});

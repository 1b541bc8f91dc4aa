import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { commandsOf, missingPreparation } from './script.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url)).replace(/\/$/, '');
const scripts = readdirSync(`${root}/tools/ci`).filter((file) => file.endsWith('.sh'));
const textOf = (file: string) => readFileSync(`${root}/tools/ci/${file}`, 'utf8');
/** Everything that npm put on the path, but Node, which is there before. */
const tools = new Set(readdirSync(`${root}/node_modules/.bin`).filter((name) => name !== 'node'));

describe('scripts of the pipelines', () => {
  it('have nothing for shellcheck to say', () => {
    let program = '';
    try {
      program = execFileSync('which', ['shellcheck'], { encoding: 'utf8' }).trim();
    } catch {
      if (process.env['CI'] === 'true') throw new Error('shellcheck is required in CI');
      return void process.stderr.write('SKIPPED shellcheck not installed\n');
    }
    const paths = scripts.map((file) => `${root}/tools/ci/${file}`);
    expect(() => execFileSync(program, ['--severity', 'style', '--external-sources', '--source-path', 'SCRIPTDIR', ...paths], { encoding: 'utf8', stdio: 'pipe' })).not.toThrow();
  });

  it.each(scripts.filter((file) => file !== 'workspace.sh'))('%s prepares what it calls, on a clean clone too', (file) => {
    expect(missingPreparation(textOf(file), tools)).toEqual([]);
  });

  it('would be seen to call a tool that is not installed', () => {
    expect(tools).toContain('cyclonedx-npm');
    expect(missingPreparation('set -e\ncyclonedx-npm --omit dev', tools)).toEqual(['line 2: cyclonedx-npm before needs_workspace']);
    expect(missingPreparation('for m in a b; do MODE="$m" jest_in apps/e2e; done\nbuild_all', tools)).toEqual(['line 1: jest_in before needs_workspace']);
    expect(missingPreparation('needs_workspace\nnode tools/dist/generate/main.js', tools)).toEqual(['line 2: tools/dist/generate/main.js without build_all']);
    expect(missingPreparation('needs_workspace\nx="$(vitepress build)"', tools)).toEqual([]);
    expect(commandsOf('A=1 B=2 run it | sed x && y')).toEqual([['run', 'it'], ['sed', 'x'], ['y']].map((words) => ({ line: 1, words })));
  });

  it('know the notes of a release, and that one is missing', () => {
    const notes = (version: string) => execFileSync('bash', [`${root}/tools/ci/release-notes.sh`, version], { encoding: 'utf8', stdio: 'pipe' });
    expect(notes('v0.1.0')).toContain('walking skeleton');
    expect(() => notes('v99.0.0')).toThrow(/no section/);
    expect(() => notes('v0.1')).toThrow(/no section/);
  });

  it('let no tag become a release that says another version than package.json and the charts', () => {
    expect(() => execFileSync('bash', [`${root}/tools/ci/release-check.sh`, 'v99.0.0'], { stdio: 'pipe' })).toThrow(/the tag says 99\.0\.0/);
  });
});

describe('what publishes', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  let folder: string;

  /** Runs a script with programs in place of the outside ones, which write down what they were asked; answers its output and that. */
  function run(script: string, words: readonly string[], environment: Record<string, string> = {}): { output: string; asked: string[] } {
    const output = execFileSync('bash', [`${root}/tools/ci/${script}`, ...words], {
      cwd: root, encoding: 'utf8', stdio: 'pipe', env: { ...process.env, PATH: `${folder}:${process.env['PATH']}`, ASKED: join(folder, 'asked'), ...environment },
    });
    return { output, asked: readFileSync(join(folder, 'asked'), 'utf8').trimEnd().split('\n') };
  }

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'voiceassist-publish-'));
    const record = (name: string) => `#!/bin/sh\necho "${name} $*" >> "$ASKED"\n`;
    writeFileSync(join(folder, 'docker'), `${record('docker')}case "$1 $2" in "image inspect") echo elsewhere/gateway@sha256:1; echo "ghcr.io/clinic/assistant/gateway@${digest}";; login*) cat > "$ASKED.password";; esac\n`);
    writeFileSync(join(folder, 'cosign'), record('cosign'));
    writeFileSync(join(folder, 'gh'), `${record('gh')}cat > "$ASKED.notes"\n`);
    for (const name of ['docker', 'cosign', 'gh']) chmodSync(join(folder, name), 0o755);
    writeFileSync(join(folder, 'bill.json'), '{}');
  });
  beforeEach(() => writeFileSync(join(folder, 'asked'), ''));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('image.sh tags a release as the charts ask for it, in small letters, and prints the digest of what it pushed', () => {
    const { output, asked } = run('image.sh', ['gateway', 'ghcr.io/Clinic/Assistant', 'v1.2.3', '--push'], { SOURCE: 'https://github.com/Clinic/Assistant' });
    expect(asked[0]).toMatch(/--build-arg APP=gateway --build-arg VERSION=1\.2\.3 --build-arg REVISION=[0-9a-f]{40} --build-arg SOURCE=https:\/\/github\.com\/Clinic\/Assistant --tag ghcr\.io\/clinic\/assistant\/gateway:1\.2\.3 \.$/);
    expect(asked[1]).toBe('docker push ghcr.io/clinic/assistant/gateway:1.2.3');
    expect(output).toBe(`name=ghcr.io/clinic/assistant/gateway\ndigest=${digest}\n`);
  });

  it('image.sh builds the page from its own file, keeps a commit as it is and pushes nothing unasked', () => {
    const { asked } = run('image.sh', ['web', 'ghcr.io/clinic/assistant', '0123abc']);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatch(/^docker build --file docker\/web\.Dockerfile --build-arg VERSION=0123abc .*:0123abc \.$/);
  });

  it('the charts ask for the version of package.json', () => {
    const { version } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as { version: string }; // our own file
    const charts = ['voiceassist', 'lib', ...readdirSync(`${root}/helm/charts`).map((name) => `charts/${name}`)];
    const versions = charts.flatMap((chart) => [...readFileSync(`${root}/helm/${chart}/Chart.yaml`, 'utf8').matchAll(/^\s*(?:version|appVersion): (.*)$/gm)].map(([, said]) => ({ chart, said })));
    expect(versions.length).toBeGreaterThan(charts.length);
    expect(versions.filter(({ said }) => said !== version)).toEqual([]);
  });

  it('sign.sh signs and attests the digest', () => {
    const name = 'ghcr.io/clinic/assistant/gateway';
    const { asked } = run('sign.sh', [name, digest, join(folder, 'bill.json')]);
    expect(asked).toEqual([`cosign sign --yes ${name}@${digest}`, `cosign attest --yes --type cyclonedx --predicate ${join(folder, 'bill.json')} ${name}@${digest}`]);
  });

  it.each([['a tag', 'latest', 'bill.json'], ['no bill', digest, 'gone.json']])('sign.sh signs nothing with %s', (_name, given, bill) => {
    expect(() => run('sign.sh', ['ghcr.io/clinic/gateway', given, join(folder, bill)])).toThrow();
    expect(readFileSync(join(folder, 'asked'), 'utf8')).toBe('');
  });

  it('registry-login.sh says the password to the program alone', () => {
    const { asked } = run('registry-login.sh', ['ghcr.io', 'clinic'], { TOKEN: 'said quietly' });
    expect(asked).toEqual(['docker login ghcr.io --username clinic --password-stdin']);
    expect(readFileSync(join(folder, 'asked.password'), 'utf8')).toBe('said quietly');
    expect(() => run('registry-login.sh', ['ghcr.io', 'clinic'], { TOKEN: '' })).toThrow();
  });

  it('publish.sh publishes a tag with its notes and files, and none without notes', () => {
    const { asked } = run('publish.sh', ['v0.1.0', 'artifacts/sbom.cdx.json']);
    expect(asked).toEqual(['gh release create v0.1.0 --verify-tag --title v0.1.0 --notes-file - artifacts/sbom.cdx.json']);
    expect(readFileSync(join(folder, 'asked.notes'), 'utf8')).toContain('walking skeleton');
    writeFileSync(join(folder, 'asked'), '');
    expect(() => run('publish.sh', ['v99.0.0'])).toThrow(/no section/);
    expect(readFileSync(join(folder, 'asked'), 'utf8')).toBe('');
  });
});

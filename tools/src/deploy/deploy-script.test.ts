import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { root as workspace } from '../bench/product.js';

/** Programs of every Debian, and what the script itself needs of them. */
const ofSystem = ['sh', 'dirname', 'cat', 'mkdir', 'ln', 'tar', 'openssl'];

describe('deploy.sh', () => {
  let folder: string;
  let root: string;
  let bin: string;

  function program(name: string, text: string): void {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  const lines = (name: string) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8').trim().split('\n') : []);
  const offering = (...packages: string[]) => program('apt-cache', `case " ${packages.join(' ')} " in *" $2 "*) exit 0 ;; esac; exit 100`);

  function run(): { status: number | null; stdout: string; stderr: string } {
    return spawnSync(join(bin, 'sh'), [join(root, 'tools', 'deploy', 'deploy.sh'), 'health'], { encoding: 'utf8', env: { PATH: bin, HOME: folder } });
  }

  /** The sources at a state: their lock file, and what the tools say that are built from them. */
  function checkOut(lock: string, text: string): void {
    writeFileSync(join(root, 'package-lock.json'), lock);
    writeFileSync(join(root, 'tools', 'source.js'), `console.log(${JSON.stringify(text)})`);
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'script-'));
    root = join(folder, 'sources');
    bin = join(folder, 'bin');
    mkdirSync(bin);
    for (const path of ['tools/deploy/deploy.sh', 'tools/deploy/bring-tools.mjs', 'tools/bootstrap/workspace.mjs']) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      copyFileSync(join(workspace, path), join(root, path));
    }
    writeFileSync(join(root, 'package.json'), '{"type":"module"}');
    for (const name of ofSystem) symlinkSync(execFileSync('/bin/sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim(), join(bin, name));
    symlinkSync(process.execPath, join(bin, 'node'));
    // a compiler that copies, which is all that the script can see of the real one
    const compiler = 'import { copyFileSync, mkdirSync } from "node:fs"; mkdirSync("tools/dist/deploy", { recursive: true }); copyFileSync("tools/source.js", "tools/dist/deploy/main.js");';
    program('npm', `echo "$*" >>'${folder}/npm'; mkdir -p node_modules/typescript7/bin; cat >node_modules/typescript7/bin/tsc <<'END'\n${compiler}\nEND`);
    program('id', 'echo 0');
    program('apt-get', `echo "$*" >>'${folder}/apt'`);
    checkOut('{"lock":1}', 'tools of 1.0.0');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const installed = () => lines('apt').filter((line) => line.startsWith('install')).map((line) => line.replace('install -y -qq --no-install-recommends ', ''));

  it('brings what a fresh Debian 12 lacks', () => {
    offering('docker.io', 'docker-compose');
    expect(run()).toMatchObject({ status: 0, stdout: expect.stringContaining('tools of 1.0.0') as unknown });
    expect([lines('apt')[0], installed()]).toEqual(['update -qq', ['docker.io docker-compose']]);
  });

  it('brings the client where it is a package of its own, as in Debian 13, and the newer compose where there is one, as in Ubuntu', () => {
    offering('docker.io', 'docker-compose', 'docker-cli', 'docker-buildx');
    run();
    expect(installed()).toEqual(['docker.io docker-cli docker-buildx docker-compose']);
    rmSync(join(folder, 'apt'));
    offering('docker.io', 'docker-compose', 'docker-compose-v2', 'docker-buildx');
    program('docker-compose', 'exit 0');
    run();
    expect(installed()).toEqual(['docker.io docker-buildx docker-compose-v2']);
  });

  it('leaves alone what is there', () => {
    offering('docker.io', 'docker-compose-v2');
    program('docker', 'exit 0');
    expect(run().status).toBe(0);
    expect(lines('apt')).toEqual([]);
  });

  it('installs nothing as somebody else than root', () => {
    offering();
    program('id', 'echo 1000');
    expect(run()).toMatchObject({ status: 1, stderr: expect.stringMatching(/Not root, and missing: docker compose/) as unknown });
    expect(lines('apt')).toEqual([]);
  });

  it('runs the tools of the sources that are checked out now, with the packages of their lock file', () => {
    offering();
    program('docker', 'exit 0');
    expect(run().stdout).toContain('tools of 1.0.0');
    expect(run().stdout).toContain('tools of 1.0.0');
    expect(lines('npm')).toHaveLength(1);
    checkOut('{"lock":1}', 'tools of 1.1.0');
    expect(run().stdout).toContain('tools of 1.1.0');
    expect(lines('npm')).toHaveLength(1);
    checkOut('{"lock":2}', 'tools of 1.2.0');
    expect(run().stdout).toContain('tools of 1.2.0');
    expect(lines('npm')).toHaveLength(2);
  });
});

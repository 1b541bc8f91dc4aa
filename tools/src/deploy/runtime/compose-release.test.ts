import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { root as workspace } from '../../bench/product.js';
import { putBack, type Site, takeBackup } from '../backup/backup.js';
import { writeKit } from '../backup/recovery-kit.js';
import { restoreInstallation } from '../commands/restore.js';
import { Installation } from '../installation.js';
import { Releases } from '../releases.js';
import { ensureSecrets, newKeyLine } from '../secrets.js';
import { Steps } from '../steps.js';
import { DockerDouble } from '../testing/docker-double.js';
import { ComposeRuntime } from './compose.runtime.js';

const services = 10_001;
const asRoot = process.getuid?.() === 0;
const passphrase = 'a passphrase for the recovery kit';

describe('releases in containers', () => {
  let folder: string;
  let root: string;
  let docker: DockerDouble;
  const said: string[] = [];

  const git = (...words: string[]) => execFileSync('git', ['-C', root, '-c', 'user.name=test', '-c', 'user.email=test@hospital.example', '-c', 'commit.gpgsign=false', ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  function commit(text: string): string {
    writeFileSync(join(root, 'docker', 'marker'), text);
    git('add', '.');
    git('commit', '-m', text);
    return git('rev-parse', 'HEAD');
  }

  function siteAt(name: string): Site & { runtime: ComposeRuntime } {
    const installation = new Installation(join(folder, name));
    const say = (text: string) => void said.push(text);
    return { installation, runtime: new ComposeRuntime({ installation, root, say }), steps: new Steps(9, say) };
  }

  /** An installation on which the version has been brought out. */
  async function installed(name: string, version: string, settings: Readonly<Record<string, string>> = {}): Promise<Site & { runtime: ComposeRuntime }> {
    const site = siteAt(name);
    site.installation.addSettings({ DOMAIN: 'assistant.hospital.example', ACME_EMAIL: 'it@hospital.example', OBSERVE: 'false', ...settings });
    ensureSecrets(site.installation);
    await site.runtime.prepareSecrets();
    await site.runtime.prepareSettings();
    // what the containers of the secrets would have made
    for (const [service, file, text] of [['installation', 'encryption.keys', newKeyLine()], ['postgres', 'password', 'word']] as const) writeFileSync(join(site.installation.secretFile(service), file), text);
    await site.runtime.prepare(version);
    await site.runtime.start(version);
    new Releases(site.installation).end(version, 'deployed');
    return site;
  }

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'releases-'));
    root = join(folder, 'sources');
    mkdirSync(root);
    for (const name of ['docker', 'infra']) cpSync(join(workspace, name), join(root, name), { recursive: true });
    git('init', '-q');
    docker = new DockerDouble(folder);
    said.length = 0;
    await docker.answerReady();
  });
  afterEach(() => {
    docker.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('builds with BuildKit, which docker 20 and compose 1.29 take only when they are told to, and never at a start', async () => {
    const revision = commit('one');
    await installed('site', '1.0.0');
    const [build] = docker.callsOf('build');
    expect(build?.environment).toMatchObject({ DOCKER_BUILDKIT: '1', COMPOSE_DOCKER_CLI_BUILD: '1', IMAGE_TAG: '1.0.0', REVISION: revision });
    expect(docker.imageRevision('voiceassist/gateway:1.0.0')).toBe(revision);
    for (const { words } of docker.callsOf('up')) expect(words).toContain('--no-build');
  });

  it('keeps the good release as it is when the one after it is taken back', async () => {
    const good = commit('one');
    const site = await installed('site', '1.0.0');
    const { file } = await takeBackup(site, '1.0.0');
    const bad = commit('two');
    await site.runtime.prepare('2.0.0');
    expect(docker.imageRevision('voiceassist/gateway:2.0.0')).toBe(bad);
    await site.runtime.stop();
    docker.forget();
    // the double has no database whose audit could be followed; everything before that has happened
    await expect(putBack(site, file)).rejects.toThrow(/127\.77\.10\.1:5432/);
    expect([docker.callsOf('build'), docker.callsOf('pull')]).toEqual([[], []]);
    expect(docker.imageRevision('voiceassist/gateway:1.0.0')).toBe(good);
    const [up] = docker.callsOf('up');
    expect(up?.environment['IMAGE_TAG']).toBe('1.0.0');
    const kept = join(site.installation.folder, 'releases', '1.0.0', 'docker');
    expect(up?.words).toContain(join(kept, 'compose.prod.yml'));
    expect([readFileSync(join(kept, 'marker'), 'utf8'), readFileSync(join(root, 'docker', 'marker'), 'utf8')]).toEqual(['one', 'two']);
  });

  it('looks for containers with the files of the release that it starts, also while another one is left', async () => {
    commit('one');
    const site = await installed('site', '1.0.0');
    await site.runtime.prepare('2.0.0');
    docker.forget();
    await site.runtime.start('2.0.0');
    expect(new Set(docker.callsOf('ps').map(({ environment }) => environment['IMAGE_TAG']))).toEqual(new Set(['2.0.0']));
    new Releases(site.installation).begin({ version: '3.0.0', from: '2.0.0' });
    const { runtime } = siteAt('site');
    expect(runtime.compose(['ps']).environment).toMatchObject({ IMAGE_TAG: '3.0.0' });
  });

  it('says so when the release to go back to is gone, and pulls it where images are pulled', async () => {
    commit('one');
    const site = await installed('site', '1.0.0');
    docker.removeImage('voiceassist/operations:1.0.0');
    docker.forget();
    await expect(site.runtime.recall('1.0.0')).rejects.toThrow(/release 1\.0\.0 is not on this machine: voiceassist\/operations:1\.0\.0 missing/);
    expect(docker.callsOf('build')).toEqual([]);
    site.installation.addSettings({ IMAGES: 'pull' });
    await site.runtime.recall('1.0.0');
    expect(docker.callsOf('pull')).toHaveLength(1);
  });

  it('does not make a version again that has passed its checks, and says when the sources are others by now', async () => {
    const good = commit('one');
    const site = await installed('site', '1.0.0');
    const other = commit('two');
    docker.forget();
    await site.runtime.prepare('1.0.0');
    expect(docker.callsOf('build')).toEqual([]);
    expect(said.at(-1)).toContain(`made from ${good}; it is not made again. These sources are ${other}`);
    docker.removeImage('voiceassist/operations:1.0.0');
    await expect(site.runtime.prepare('1.0.0')).rejects.toThrow(`was made from ${good}, and some of its images are gone`);
    expect(docker.imageRevision('voiceassist/gateway:1.0.0')).toBe(good);
  });

  it('makes a version again that never passed', async () => {
    commit('one');
    const site = await installed('site', '1.0.0');
    await site.runtime.prepare('1.1.0');
    const mended = commit('two');
    await site.runtime.prepare('1.1.0');
    expect(docker.imageRevision('voiceassist/gateway:1.1.0')).toBe(mended);
  });

  it('marks what was built from changed sources', async () => {
    const revision = commit('one');
    writeFileSync(join(root, 'docker', 'marker'), 'changed');
    await installed('site', '1.0.0');
    expect(docker.imageRevision('voiceassist/gateway:1.0.0')).toBe(`${revision}-changed`);
  });

  it('tells how the watchers are, in the release that runs', async () => {
    commit('one');
    const site = await installed('site', '1.0.0', { OBSERVE: 'true' });
    docker.sayOfContainer('running unhealthy');
    const states = await site.runtime.watchers();
    expect(states.map(({ name }) => name)).toEqual(expect.arrayContaining(['prometheus', 'alertmanager', 'grafana', 'loki', 'node-exporter']));
    expect(states.map(({ name }) => name)).not.toContain('gateway');
    expect(states[0]).toMatchObject({ ready: false, detail: 'running, unhealthy' });
    docker.sayOfContainer('running healthy');
    expect((await site.runtime.watchers()).filter(({ ready }) => !ready)).toEqual([]);
    await site.runtime.stop();
    expect((await site.runtime.watchers())[0]).toMatchObject({ ready: false, detail: 'is not running' });
  });

  it('restores on an empty machine into a volume that belongs to the services, and builds only when told to', async () => {
    commit('one');
    const providers = join(folder, 'providers.json');
    writeFileSync(providers, '[]');
    const site = await installed('site', '1.0.0', { OIDC_PROVIDERS_FILE: providers });
    mkdirSync(join(docker.volume, 'blobs', 'ab'), { recursive: true });
    writeFileSync(join(docker.volume, 'blobs', 'ab', 'file'), 'sealed');
    const { file } = await takeBackup(site, '1.0.0');
    const kit = { file: join(folder, 'kit.json'), passphrase };
    writeKit(site, kit.file, passphrase);
    for (const path of [docker.volume, providers]) rmSync(path, { recursive: true });
    for (const program of readdirSync(join(folder, 'docker-double', 'images'))) docker.removeImage(program);
    docker.forget();

    const asked = (build: boolean) => {
      const empty = siteAt(`empty-${build}`);
      writeFileSync(empty.installation.secretFile('placeholder'), '');
      mkdirSync(empty.installation.secretFile('postgres'), { recursive: true });
      writeFileSync(join(empty.installation.secretFile('postgres'), 'password'), 'word');
      return restoreInstallation({ ...empty, archive: file, kit, build, smoke: { url: 'https://assistant.hospital.example' }, say: () => undefined });
    };
    await expect(asked(false)).rejects.toThrow(/release 1\.0\.0 is not on this machine.*restore: with --build/);
    expect([docker.callsOf('build'), existsSync(docker.volume)]).toEqual([[], false]);
    await expect(asked(true)).rejects.toThrow(/127\.77\.10\.1:5432/);
    expect(docker.callsOf('build')[0]?.environment['IMAGE_TAG']).toBe('1.0.0');
    expect(docker.calls.find(({ words }) => words[1] === 'create')?.words.join(' ')).toBe('volume create --label com.docker.compose.project=voiceassist --label com.docker.compose.volume=files voiceassist_files');
    expect(readFileSync(join(docker.volume, 'blobs', 'ab', 'file'), 'utf8')).toBe('sealed');
    expect([readFileSync(providers, 'utf8'), statSync(providers).mode & 0o777]).toEqual(['[]', 0o600]);
    if (asRoot) for (const path of ['.', 'blobs', 'blobs/ab', 'blobs/ab/file']) expect([path, statSync(join(docker.volume, path)).uid]).toEqual([path, services]);
  });
});

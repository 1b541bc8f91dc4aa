import { execFile, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
export const root = fileURLToPath(new URL('../../../..', import.meta.url));
/** Layers and the cache of builds stay beside the installed packages, so that a second run builds only what changed. */
export const cacheFolder = join(root, 'node_modules', '.cache', 'voiceassist', 'images');

// Debian's own client: it brings BuildKit's, which a newer one on the PATH expects as a plugin
const client = '/usr/bin/docker';
const daemon = '/usr/sbin/dockerd';
const setpriv = '/usr/bin/setpriv';
const startDeadlineMs = 60_000;
const stopDeadlineMs = 60_000;
const outputBytes = 64 * 1_048_576;

export interface DockerOptions {
  readonly timeoutMs?: number;
  readonly cwd?: string;
}

/** A Docker engine of our own: its socket, its state and its containers, reachable for nobody else. */
export interface Engine {
  /** Runs one command of the client and answers its output. */
  docker(parameters: readonly string[], options?: DockerOptions): Promise<string>;
  stop(): Promise<void>;
}

/** Why this machine cannot run an engine, or null. */
export function whyNoEngine(): string | null {
  if (process.platform !== 'linux') return 'needs Linux';
  if (process.getuid?.() !== 0) return 'needs root';
  const missing = [client, daemon, '/usr/sbin/runc'].find((program) => !existsSync(program));
  return missing ? `${missing} is not installed` : null;
}

/** No bridge and no packet filter: containers of the tests use the machine's network or none, and its rules stay as they are. */
function daemonArguments(state: string, socket: string): string[] {
  return [
    '--host', `unix://${socket}`, '--data-root', join(cacheFolder, 'docker'), '--exec-root', join(state, 'exec'), '--pidfile', join(cacheFolder, 'docker.pid'),
    '--bridge', 'none', '--iptables=false', '--ip6tables=false', '--ip-forward=false', '--ip-masq=false', '--default-ulimit', 'nofile=1024:20000',
  ];
}

/** Starts the engine, or says why it does not run here (a kernel without overlay, a container without the rights). */
export async function startEngine(): Promise<Engine | string> {
  const state = mkdtempSync(join(tmpdir(), 'va-docker-'));
  const socket = join(state, 'docker.sock');
  mkdirSync(cacheFolder, { recursive: true });
  const log = openSync(join(cacheFolder, 'dockerd.log'), 'w');
  // the kernel ends the engine when the tests die
  const child = spawn(setpriv, ['--pdeathsig', 'TERM', '--', daemon, ...daemonArguments(state, socket)], { stdio: ['ignore', log, log] });
  closeSync(log);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const docker: Engine['docker'] = async (parameters, { timeoutMs = 60_000, cwd = root } = {}) => {
    const env = { PATH: process.env['PATH'], HOME: state, DOCKER_BUILDKIT: '1', DOCKER_HOST: `unix://${socket}` };
    const { stdout, stderr } = await run(client, parameters, { timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: outputBytes, cwd, env });
    return (parameters[0] === 'logs' ? stdout + stderr : stdout).trim();
  };
  const stop = async () => {
    child.kill('SIGTERM');
    await Promise.race([ended, sleep(stopDeadlineMs, undefined, { ref: false })]);
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    // the network namespace of the host stays mounted when the engine has ended
    await run('umount', ['--lazy', join(state, 'exec/netns/default')], { timeout: 10_000 }).catch(() => undefined);
    rmSync(state, { recursive: true, force: true, maxRetries: 20, retryDelay: 500 });
  };
  const deadline = Date.now() + startDeadlineMs;
  while (child.exitCode === null && Date.now() < deadline) {
    const driver = await docker(['info', '--format', '{{.Driver}}'], { timeoutMs: 5_000 }).catch(() => '');
    if (driver === 'overlay2') return { docker, stop };
    if (driver) break; // without overlay every layer is a copy of everything
    await sleep(250);
  }
  await stop();
  return `the engine does not run here with overlay2; its log is ${join(cacheFolder, 'dockerd.log')}`;
}

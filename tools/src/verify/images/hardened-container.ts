import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine } from './engine.js';

const pauseMs = 500;

export interface ContainerPlan {
  readonly image: string;
  readonly port: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** Folders of this machine, seen under the same path. */
  readonly folders?: readonly string[];
}

/** A container as a cautious operator runs it: read-only, without capabilities, without new privileges, under the image's own account. */
export class HardenedContainer {
  private constructor(private readonly engine: Engine, readonly id: string, private readonly port: number) {}

  static async start(engine: Engine, { image, port, environment = {}, folders = [] }: ContainerPlan): Promise<HardenedContainer> {
    const settings = Object.entries(environment).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
    const mounts = folders.flatMap((folder) => ['--volume', `${folder}:${folder}`]);
    const hardening = ['--read-only', '--cap-drop', 'all', '--security-opt', 'no-new-privileges', '--tmpfs', '/tmp', '--pids-limit', '256'];
    const id = await engine.docker(['run', '--detach', '--network', 'host', ...hardening, ...settings, ...mounts, image]);
    return new HardenedContainer(engine, id, port);
  }

  /** Waits until it answers 200 under the path; throws with its log when it has ended or time is up. */
  async untilAnswers(path: string, deadlineMs: number): Promise<void> {
    for (const deadline = Date.now() + deadlineMs; Date.now() < deadline; await sleep(pauseMs)) {
      const answer = await fetch(`http://127.0.0.1:${this.port}${path}`, { signal: AbortSignal.timeout(3_000) }).catch(() => null);
      if (answer?.ok) return;
      if ((await this.state('{{.State.Running}}')) !== 'true') break;
    }
    throw new Error(`no answer from ${path}, ${await this.state('{{json .State}}')}:\n${await this.log()}`);
  }

  state(format: string): Promise<string> {
    return this.engine.docker(['inspect', '--format', format, this.id]);
  }

  log(): Promise<string> {
    return this.engine.docker(['logs', '--tail', '40', this.id]);
  }

  /** What the image's own health check answers when it runs now. */
  async isHealthy(): Promise<boolean> {
    const test = JSON.parse(await this.state('{{json .Config.Healthcheck.Test}}')) as string[]; // the engine's own form
    const command = test[0] === 'CMD-SHELL' ? ['/bin/sh', '-c', ...test.slice(1)] : test.slice(1);
    return this.engine.docker(['exec', this.id, ...command]).then(() => true, () => false);
  }

  /** SIGTERM and the exit code; a container that is not gone by then is killed, which shows as 137. */
  async stop(seconds: number): Promise<number> {
    await this.engine.docker(['stop', '--time', String(seconds), this.id], { timeoutMs: (seconds + 30) * 1_000 });
    return Number(await this.state('{{.State.ExitCode}}'));
  }

  async remove(): Promise<void> {
    await this.engine.docker(['rm', '--force', '--volumes', this.id]);
  }
}

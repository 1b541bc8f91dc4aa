import { ConfigError } from '../config/config.js';
import { sanitizeMessage } from '../logging/sanitize-message.js';
import { isError } from '../logging/serialize-error.js';
import { migrateServices, MigrationConfig } from './migrate-services.js';
import { startProcess, type ProcessOptions, type RunningProcess } from './start-process.js';

/** The operating system's side of a process; tests bring their own. */
export interface ProcessHost {
  readonly env: NodeJS.ProcessEnv;
  readonly stderr: { write(text: string): unknown };
  on(event: 'SIGTERM' | 'SIGINT' | 'uncaughtException' | 'unhandledRejection', listener: (reason: unknown) => void): unknown;
  exit(code: number): void;
}

function explain(name: string, error: unknown): string {
  if (error instanceof ConfigError) return `${name} does not start. ${error.message}\n`;
  const causes: string[] = [];
  for (let each: unknown = error; isError(each); each = each.cause) causes.push(`${each.name}: ${sanitizeMessage(each.message)}`);
  return `${name} does not start. ${causes.join('\n  because of ') || 'Unknown failure'}\n`;
}

function failToStart(name: string, error: unknown, host: ProcessHost): void {
  host.stderr.write(explain(name, error));
  host.exit(1);
}

/** What a signal or a bug does to the process, from before the start: a stop asked for meanwhile happens once the start is through. */
class Stopping {
  private running?: RunningProcess;
  private exitCode?: number;

  constructor(private readonly name: string, private readonly host: ProcessHost) {
    const signalled = () => this.stop(0);
    const crash = (reason: unknown) => this.crash(reason);
    host.on('SIGTERM', signalled);
    host.on('SIGINT', signalled);
    host.on('uncaughtException', crash);
    host.on('unhandledRejection', crash);
  }

  started(running: RunningProcess): void {
    this.running = running;
    if (this.exitCode !== undefined) this.close(running, this.exitCode);
  }

  private stop(exitCode: number): void {
    if (this.exitCode !== undefined) return this.host.exit(exitCode || 130);
    this.exitCode = exitCode;
    if (this.running) this.close(this.running, exitCode);
  }

  private crash(reason: unknown): void {
    if (!this.running) return failToStart(this.name, reason, this.host);
    this.running.logger.fatal({ err: isError(reason) ? reason : undefined }, 'unexpected error, the process stops');
    // a second failure while stopping does not cut the first stop short
    if (this.exitCode === undefined) this.stop(1);
  }

  private close(running: RunningProcess, exitCode: number): void {
    void running.close().then(() => this.host.exit(exitCode), () => this.host.exit(1));
  }
}

/**
 * The whole life of an operating-system process: starts the services with its environment, stops on SIGTERM and SIGINT
 * (exit 0 after the drain; a second signal ends at once), and exits with 1 when it cannot start or meets a bug. With
 * `MIGRATE_ONLY` it only migrates, and exits with 0 when that is done.
 */
export async function runService(options: Omit<ProcessOptions, 'environment'>, host: ProcessHost = process): Promise<void> {
  const defaults = { PORT: '8080', LOG_LEVEL: 'info', ...options.defaults };
  const stopping = new Stopping(options.name, host);
  try {
    if (new MigrationConfig(host.env).MIGRATE_ONLY) {
      await migrateServices({ ...options, defaults, environment: host.env });
      return host.exit(0);
    }
    stopping.started(await startProcess({ ...options, defaults, environment: host.env }));
  } catch (error) {
    failToStart(options.name, error, host);
  }
}

import { ConfigError } from '../config/config.js';
import { sanitizeMessage } from '../logging/sanitize-message.js';
import { isError } from '../logging/serialize-error.js';
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

function stopOnSignals(running: RunningProcess, host: ProcessHost): void {
  let stopping = false;
  const stop = (exitCode: number) => {
    if (stopping) return host.exit(exitCode || 130);
    stopping = true;
    void running.close().then(() => host.exit(exitCode), () => host.exit(1));
  };
  const crash = (reason: unknown) => {
    running.logger.fatal({ err: isError(reason) ? reason : undefined }, 'unexpected error, the process stops');
    // a second failure while stopping does not cut the first stop short
    if (!stopping) stop(1);
  };
  const signalled = () => stop(0);
  host.on('SIGTERM', signalled);
  host.on('SIGINT', signalled);
  host.on('uncaughtException', crash);
  host.on('unhandledRejection', crash);
}

/**
 * The whole life of an operating-system process: starts the services with its environment, stops on SIGTERM and SIGINT
 * (exit 0 after the drain; a second signal ends at once), and exits with 1 when it cannot start or meets a bug.
 */
export async function runService(options: Omit<ProcessOptions, 'environment'>, host: ProcessHost = process): Promise<void> {
  const defaults = { PORT: '8080', LOG_LEVEL: 'info', ...options.defaults };
  try {
    stopOnSignals(await startProcess({ ...options, defaults, environment: host.env }), host);
  } catch (error) {
    host.stderr.write(explain(options.name, error));
    host.exit(1);
  }
}

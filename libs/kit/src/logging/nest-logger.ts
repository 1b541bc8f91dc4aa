import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';
import { isError } from './serialize-error.js';

type Level = 'info' | 'debug' | 'trace' | 'warn' | 'error' | 'fatal';

/** Gives Nest's own lines to our logger, so that they are JSON and obey the same rules. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  // Nest's start-up lines are interesting to a developer of Nest modules only
  log(message: unknown, ...more: unknown[]): void { this.write('debug', message, more); }
  error(message: unknown, ...more: unknown[]): void { this.write('error', message, more); }
  warn(message: unknown, ...more: unknown[]): void { this.write('warn', message, more); }
  debug(message: unknown, ...more: unknown[]): void { this.write('debug', message, more); }
  verbose(message: unknown, ...more: unknown[]): void { this.write('trace', message, more); }
  fatal(message: unknown, ...more: unknown[]): void { this.write('fatal', message, more); }

  private write(level: Level, message: unknown, more: readonly unknown[]): void {
    const context = more.at(-1);
    const fields = typeof context === 'string' && !context.includes('\n') ? { context } : {};
    const error = isError(message) ? message : more.find(isError);
    const text = typeof message === 'string' ? message : error ? 'unexpected error' : '';
    this.logger[level](error ? { ...fields, err: error } : fields, text);
  }
}

import type { Logger } from 'pino';
import { ServiceLogger, type LogFields } from './service-logger.js';

export class PinoServiceLogger extends ServiceLogger {
  constructor(private readonly logger: Logger) {
    super();
  }

  debug(message: string, fields: LogFields = {}): void { this.logger.debug(fields, message); }
  info(message: string, fields: LogFields = {}): void { this.logger.info(fields, message); }
  warn(message: string, fields: LogFields = {}): void { this.logger.warn(fields, message); }
  error(message: string, fields: LogFields = {}): void { this.logger.error(fields, message); }
}

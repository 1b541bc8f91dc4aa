import { z } from 'zod';
import { Config, setting } from '../config/config.js';

/** What a process writes about itself. */
export class LogConfig extends Config({
  LOG_LEVEL: setting(z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'), 'Least severe log line that is written.'),
  LOG_FORMAT: setting(z.enum(['json', 'text']).default('json'), 'json for machines, text for one short line a person can read.'),
}) {}

import { z } from 'zod';
import { Config, setting } from '../config/config.js';

/** How a process behaves as a whole. */
export class ProcessConfig extends Config({
  SHUTDOWN_TIMEOUT_MS: setting(z.coerce.number().int().min(0).max(600_000).default(10_000), 'How long a stopping process finishes the work in hand, in milliseconds.'),
  SHUTDOWN_DELAY_MS: setting(z.coerce.number().int().min(0).max(60_000).default(0), 'How long a stopping process still takes connections while it already reports "not ready", so that load balancers notice; in milliseconds.'),
}) {}

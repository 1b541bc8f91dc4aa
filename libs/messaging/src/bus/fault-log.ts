import type { Logger } from 'pino';
import { BrokenAnswerError } from './checked.js';

/** Logs a bug once, under the request that met it; the logger writes of an error only type, code and frames. */
export function logFault(logger: Logger, error: unknown, about: { requestId: string; subject: string }): void {
  const fieldName = error instanceof BrokenAnswerError ? error.fields : undefined;
  logger.error({ ...about, fieldName, err: error instanceof Error ? error : new Error(`a ${typeof error} was thrown`) }, 'a call failed unexpectedly');
}

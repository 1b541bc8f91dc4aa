import type { Logger } from 'pino';

/** Logs a bug once, under the request that met it. Only name, text and stack: other properties of errors may hold what people wrote. */
export function logFault(logger: Logger, error: unknown, fields: { requestId: string; subject: string }): void {
  const { name, message, stack } = error instanceof Error ? error : new Error(`not an Error was thrown: ${typeof error}`);
  logger.error({ ...fields, fault: { name, message, stack } }, 'a call failed unexpectedly');
}

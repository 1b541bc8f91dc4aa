import { context } from '@opentelemetry/api';
import { withRequestId } from '@voiceassist/kit';
import type { Logger } from 'pino';
import { BrokenAnswerError } from './checked.js';

/** Logs a bug once, under the request that met it; the logger writes of an error only type, code and frames. */
export function logFault(logger: Logger, error: unknown, { requestId, subject }: { requestId: string; subject: string }): void {
  const fieldName = error instanceof BrokenAnswerError ? error.fields : undefined;
  const err = error instanceof Error ? error : new Error(`a ${typeof error} was thrown`);
  context.with(withRequestId(requestId), () => logger.error({ subject, fieldName, err }, 'a call failed unexpectedly'));
}

import { HttpException } from '@nestjs/common';
import { errorKinds, type ErrorBody } from '@voiceassist/contracts';
import { AppError } from '@voiceassist/kit';

/** A failure as the client sees it. */
export interface PublicFailure {
  readonly status: number;
  readonly body: ErrorBody;
  readonly headers: Readonly<Record<string, string>>;
  /** Nobody declared it, so somebody has to look at it. */
  readonly isBug: boolean;
}

/** What the HTTP server itself refuses, by status. */
const serverRefusals: Readonly<Record<number, ErrorBody>> = {
  400: { code: 'INVALID_INPUT', message: 'The request is malformed.' },
  401: { code: 'UNAUTHENTICATED', message: 'Sign in first.' },
  403: { code: 'FORBIDDEN', message: 'You may not do that.' },
  404: { code: 'NOT_FOUND', message: 'There is nothing at this address.' },
  405: { code: 'METHOD_NOT_ALLOWED', message: 'This address does not take that method.' },
  408: { code: 'TIMEOUT', message: 'The request took too long to arrive.' },
  413: { code: 'PAYLOAD_TOO_LARGE', message: 'The request is too large.' },
  415: { code: 'UNSUPPORTED_MEDIA_TYPE', message: 'This address does not take that kind of content.' },
  431: { code: 'PAYLOAD_TOO_LARGE', message: 'The headers of the request are too large.' },
};

/** Failures of the gateway's own whose status is finer than that of their kind. */
const finerStatus: Readonly<Record<string, number>> = { METHOD_NOT_ALLOWED: 405, PAYLOAD_TOO_LARGE: 413, FILE_TOO_LARGE: 413, UNSUPPORTED_MEDIA_TYPE: 415, SCIM_VERSION_MISMATCH: 412 };

const internal: ErrorBody = { code: 'INTERNAL', message: 'Something went wrong on our side. Support can find it by the request id.' };

function retryAfterOf(error: AppError): string {
  const { retryAfterMs } = (error.details ?? {}) as { retryAfterMs?: number };
  return String(Math.max(1, Math.ceil((retryAfterMs ?? 1_000) / 1_000)));
}

function ofAppError(error: AppError): PublicFailure {
  const { code, kind, message, details, field } = error;
  const headers: Record<string, string> = {};
  if (kind === 'unauthenticated') headers['www-authenticate'] = 'Bearer';
  if (kind === 'rate_limited') headers['retry-after'] = retryAfterOf(error);
  const body = { code, message, ...(details !== undefined && { details }), ...(field !== undefined && { field }) };
  return { status: finerStatus[code] ?? errorKinds[kind], body, headers, isBug: false };
}

function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const status: unknown = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : 500;
}

/** Decides once what a client may be told: declared failures as they are, the server's refusals by status, of bugs nothing. */
export function failureOf(error: unknown): PublicFailure {
  if (error instanceof AppError) return ofAppError(error);
  const status = statusOf(error);
  const refusal = serverRefusals[status] ?? (status >= 400 && status < 500 ? serverRefusals[400] : undefined);
  if (!refusal) return { status: 500, body: internal, headers: {}, isBug: true };
  return { status, body: refusal, headers: status === 401 ? { 'www-authenticate': 'Bearer' } : {}, isBug: false };
}

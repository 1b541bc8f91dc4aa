import { AppError } from '@voiceassist/kit';

/** Which of our ports speaks; the codes begin with it. */
export type VendorPort = 'MODEL' | 'EMBEDDER';

const names: Record<VendorPort, string> = { MODEL: 'The language model', EMBEDDER: 'The embedding service' };

export function vendorUnavailable(port: VendorPort, cause: unknown): AppError {
  return new AppError(`${port}_UNAVAILABLE`, 'unavailable', `${names[port]} is not available at the moment. Try again in a little while.`, { cause });
}

export function vendorTimeout(port: VendorPort, cause?: unknown): AppError {
  return new AppError(`${port}_TIMEOUT`, 'timeout', `${names[port]} did not answer in time.`, { cause });
}

interface VendorError {
  readonly status?: number;
  readonly name?: string;
  readonly code?: string;
  readonly headers?: { get?(name: string): string | null } & Record<string, unknown>;
  readonly cause?: unknown;
}

const asVendorError = (error: unknown): VendorError => (typeof error === 'object' && error !== null ? error : {});
const transient = new Set([408, 409, 425, 429]);

function isConnectionError(error: VendorError): boolean {
  const name = (error as object).constructor.name;
  return name === 'APIConnectionError' || error.name === 'TimeoutError' || /^(?:ECONN|EPIPE|ENOTFOUND|EAI_|UND_ERR)/.test(error.code ?? '');
}

/** Whether the same request may succeed a little later. */
export function mayPass(error: unknown): boolean {
  if (error instanceof AppError) return false;
  const vendor = asVendorError(error);
  if (vendor.status !== undefined) return transient.has(vendor.status) || vendor.status >= 500;
  return isConnectionError(vendor);
}

/** How long the vendor asks us to wait, from `Retry-After` in seconds or as a date; null when it does not say. */
export function retryAfterMs(error: unknown): number | null {
  const { headers } = asVendorError(error);
  const value = typeof headers?.get === 'function' ? headers.get('retry-after') : headers?.['retry-after'];
  if (typeof value !== 'string') return null;
  const ms = /^\d+(?:\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}

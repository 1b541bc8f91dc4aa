import type { Envelope, ErrorBody, Pagination } from '@voiceassist/contracts';

/** Version of the public interface, told in every envelope. */
export const apiVersion = '1';

export interface EnvelopeFields {
  readonly requestId: string;
  readonly pagination?: Pagination;
}

const metadataOf = ({ requestId, pagination }: EnvelopeFields) => ({ version: apiVersion, requestId, ...(pagination && { pagination }) });

export function successEnvelope<T>(data: T, fields: EnvelopeFields): Envelope<T> {
  return { success: true, data, error: null, metadata: metadataOf(fields), timestamp: new Date().toISOString() };
}

export function failureEnvelope(error: ErrorBody, fields: EnvelopeFields): Envelope<never> {
  return { success: false, data: null, error, metadata: metadataOf(fields), timestamp: new Date().toISOString() };
}

import { metricsOf } from '@voiceassist/kit';

const metrics = metricsOf('gateway');
const limit = ['requests', 'tokens', 'begins', 'checks', 'checks-everybody', 'questions', 'uploads', 'refreshes', 'credentials-address', 'credentials-account'] as const;

export type LimitName = (typeof limit)[number];

export const rateLimited = metrics.counter({ name: 'gateway_rate_limited_total', labels: { limit }, description: 'Requests refused because somebody asked too often.' });
export const refusals = metrics.counter({ name: 'gateway_refusals_total', labels: { code: 'code of the failure that the client was told' }, description: 'Requests answered with a failure.' });
export const uploadedBytes = metrics.counter({ name: 'gateway_upload_bytes_total', unit: 'bytes', description: 'Bytes of files taken in.' });

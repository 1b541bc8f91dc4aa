import { callBuckets, metricsOf } from '@voiceassist/kit';

const metrics = metricsOf('messaging');
const subject = 'subject of the catalogue';
const side = ['client', 'server'] as const;

export type Side = (typeof side)[number];

export const calls = metrics.counter({ name: 'bus_calls_total', labels: { subject, side, code: '`ok` or the code of a failure' }, description: 'Calls over the bus that have ended, as each side saw them.' });
export const callDuration = metrics.histogram({ name: 'bus_call_duration_seconds', unit: 's', labels: { subject, side }, buckets: callBuckets, description: 'How long calls over the bus took, streams until their end.' });
export const callsInFlight = metrics.level({ name: 'bus_calls_in_flight', labels: { side }, description: 'Calls over the bus that have begun and not ended.' });

import { metricsOf, storeBuckets } from '@voiceassist/kit';

const metrics = metricsOf('storage');
const labels = { store: ['memory', 'redis'], operation: ['get', 'set', 'setIfAbsent', 'take', 'increment', 'delete'] } as const;

export type Store = (typeof labels.store)[number];
export type Operation = (typeof labels.operation)[number];

export const operationDuration = metrics.histogram({ name: 'kv_operation_duration_seconds', unit: 's', labels, buckets: storeBuckets, description: 'How long operations of the key-value store took, failed ones included.' });
export const operationFailures = metrics.counter({ name: 'kv_failures_total', labels, description: 'Operations of the key-value store that failed.' });

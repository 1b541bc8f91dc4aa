import { metricsOf } from './metric.js';
import { observeMetrics } from './observe-metrics.js';

const metrics = metricsOf('types');
const plain = metrics.counter({ name: 'plain_total', description: 'No labels.' });
const labelled = metrics.counter({ name: 'labelled_total', labels: { side: ['client', 'server'], subject: 'a subject' }, description: 'Two labels.' });
const level = metrics.gauge({ name: 'level', labels: { side: ['left', 'right'] }, description: 'One label.' });

plain.add(1);
labelled.add(1, { side: 'client', subject: 'any' });
// @ts-expect-error -- it has no labels
plain.add(1, { side: 'client' });
// @ts-expect-error -- an unknown value of a closed label
labelled.add(1, { side: 'both', subject: 'any' });
// @ts-expect-error -- an unknown label
labelled.add(1, { side: 'client', subject: 'any', userId: 'x' });
// @ts-expect-error -- a label is missing
labelled.add(1, { side: 'client' });
// @ts-expect-error -- a histogram needs its bounds
metrics.histogram({ name: 'unbound_seconds', description: 'No buckets.' });
observeMetrics({
  of: [level],
  read: (see) => {
    see(level, 1, { side: 'left' });
    // @ts-expect-error -- an unknown value of a closed label
    see(level, 1, { side: 'up' });
  },
});

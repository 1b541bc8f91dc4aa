import { metricsOf, observeMetrics } from '@voiceassist/kit';
import type { OutboxStore } from './outbox-store.js';

const metrics = metricsOf('messaging');
const labels = { service: 'service that owns the outbox' };
const waiting = metrics.gauge({ name: 'outbox_backlog', labels, description: 'Events recorded and not yet told.' });
const oldest = metrics.gauge({ name: 'outbox_oldest_age_seconds', unit: 's', labels, description: 'Age of the oldest event not yet told.' });
const dead = metrics.gauge({ name: 'event_dead_letters', labels, description: 'Events laid aside because they could not be handled.' });

/** Reports how many events wait in a service's outbox and for how long; answers how to stop that. */
export function reportOutbox(service: string, store: OutboxStore): () => void {
  return observeMetrics({
    of: [waiting, oldest, dead],
    read: async (see) => {
      const backlog = await store.backlog();
      see(waiting, backlog.waiting, { service });
      see(oldest, backlog.oldestSeconds, { service });
      see(dead, backlog.deadLetters, { service });
    },
  });
}

import { metrics, type BatchObservableResult } from '@opentelemetry/api';
import type { OutboxStore } from './outbox-store.js';

/** Reports how many events wait in a service's outbox and for how long; answers how to stop that. */
export function reportOutbox(service: string, store: OutboxStore): () => void {
  const meter = metrics.getMeter('voiceassist.messaging');
  const waiting = meter.createObservableGauge('outbox_backlog', { description: 'Events recorded and not yet told' });
  const oldest = meter.createObservableGauge('outbox_oldest_age_seconds', { description: 'Age of the oldest event not yet told', unit: 's' });
  const dead = meter.createObservableGauge('event_dead_letters', { description: 'Events laid aside because they could not be handled' });
  const observe = async (result: BatchObservableResult): Promise<void> => {
    const backlog = await store.backlog();
    result.observe(waiting, backlog.waiting, { service });
    result.observe(oldest, backlog.oldestSeconds, { service });
    result.observe(dead, backlog.deadLetters, { service });
  };
  meter.addBatchObservableCallback(observe, [waiting, oldest, dead]);
  return () => meter.removeBatchObservableCallback(observe, [waiting, oldest, dead]);
}

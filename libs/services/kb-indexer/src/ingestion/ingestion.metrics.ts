import { metricsOf, workBuckets } from '@voiceassist/kit';
import type { WorkingStage } from './stages.js';

const metrics = metricsOf('kb-indexer');
const stage = ['queued', 'extracting', 'chunking', 'embedding', 'indexing'] as const satisfies readonly WorkingStage[];

const ingestions = metrics.counter({
  name: 'kb_ingestions_total', labels: { outcome: ['ready', 'failed', 'cancelled'], reason: 'code of the failure, or `none`' },
  description: 'Documents whose reading has ended.',
});
const stageDuration = metrics.histogram({ name: 'kb_ingestion_stage_duration_seconds', unit: 's', labels: { stage }, buckets: workBuckets, description: 'How long the stages of reading a document took.' });
const pagesRead = metrics.counter({ name: 'kb_pages_read_total', description: 'Pages from which text was read.' });

export function countIngestion(outcome: 'ready' | 'failed' | 'cancelled', reason = 'none'): void {
  ingestions.add(1, { outcome, reason });
}

export function countPages(pages: number): void {
  pagesRead.add(pages);
}

/** Times a stage of reading a document, also one that fails. */
export async function timedStage<T>(name: WorkingStage, work: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  try {
    return await work();
  } finally {
    stageDuration.record((performance.now() - begun) / 1_000, { stage: name });
  }
}

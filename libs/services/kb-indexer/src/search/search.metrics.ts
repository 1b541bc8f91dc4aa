import { AppError, inSpan, metricsOf } from '@voiceassist/kit';

const metrics = metricsOf('kb-indexer');
const stage = ['collections', 'encode', 'index', 'passages'] as const;
type SearchStage = (typeof stage)[number];

const searches = metrics.counter({ name: 'kb_searches_total', labels: { outcome: '`ok` or the code of a failure' }, description: 'Searches that have ended.' });
const results = metrics.histogram({ name: 'kb_search_results', buckets: [0, 1, 2, 5, 10, 20, 50], description: 'Passages that a search found.' });
const stageDuration = metrics.histogram({
  name: 'kb_search_stage_duration_seconds', unit: 's', labels: { stage }, buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
  description: 'How long each stage of a search took: what may be read, the meaning of the question, the index, the passages.',
});

/** Counts a search by how it ends and by what it finds. */
export async function counted<T extends { readonly passages: readonly unknown[] }>(search: () => Promise<T>): Promise<T> {
  try {
    const found = await search();
    searches.add(1, { outcome: 'ok' });
    results.record(found.passages.length);
    return found;
  } catch (error) {
    searches.add(1, { outcome: error instanceof AppError ? error.code : 'INTERNAL' });
    throw error;
  }
}

/** Times one stage of a search and shows it in the trace. */
export async function timed<T>(name: SearchStage, work: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  try {
    return await inSpan({ name: `search ${name}`, attributes: { 'voiceassist.stage': name } }, work);
  } finally {
    stageDuration.record((performance.now() - begun) / 1_000, { stage: name });
  }
}

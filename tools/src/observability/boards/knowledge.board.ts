import { type Board, mean, quantiles, rate, show, window } from './panel.js';

export const knowledgeBoard: Board = {
  uid: 'voiceassist-knowledge', title: 'Knowledge base', description: 'Do documents arrive, is everything findable, and how long does a search take?',
  rows: {
    Documents: [
      { title: 'Documents by state', description: 'Where each document stands on its way.', unit: 'short', queries: [show('sum by (state) (kb_documents)', '{{state}}')] },
      { title: 'Passages', description: 'Passages that search knows.', unit: 'short', queries: [show('sum(kb_passages)', 'passages')] },
      { title: 'Ingestions', description: 'Documents that came to an end, by outcome and reason.', unit: 'ops', queries: [rate('kb_ingestions_total', 'outcome', 'reason')] },
      { title: 'Failed ingestions', description: 'Documents that could not be taken in, by reason.', unit: 'ops', queries: [rate('kb_ingestions_total{outcome="failed"}', 'reason')] },
      { title: 'Oldest on its way', description: 'Age of the oldest document that has not come to an end; 0 when there is none.', unit: 's', queries: [show('max(kb_ingestion_oldest_unfinished_age_seconds)', 'age')] },
      { title: 'Stages of ingestion', description: 'Mean time of each stage.', unit: 's', queries: [mean('kb_ingestion_stage_duration_seconds', 'stage')] },
      { title: 'Slowest stages of ingestion', description: 'Nineteen in twenty stay below this.', unit: 's', queries: [show(`histogram_quantile(0.95, sum by (le, stage) (rate(kb_ingestion_stage_duration_seconds_bucket[${window}])))`, '{{stage}}')] },
    ],
    Search: [
      { title: 'Searches', description: 'By outcome.', unit: 'ops', queries: [rate('kb_searches_total', 'outcome')] },
      { title: 'Stages of a search', description: 'Lexical, dense, fused: mean time of each.', unit: 's', queries: [mean('kb_search_stage_duration_seconds', 'stage')] },
      { title: 'Slowest stages of a search', description: 'Nineteen in twenty stay below this.', unit: 's', queries: [show(`histogram_quantile(0.95, sum by (le, stage) (rate(kb_search_stage_duration_seconds_bucket[${window}])))`, '{{stage}}')] },
      { title: 'Results of a search', description: 'How many passages a search finds.', unit: 'short', queries: quantiles('kb_search_results') },
      { title: 'Embeddings from the cache', description: 'Share of cache look-ups that hit, by cache and tier.', unit: 'percentunit', queries: [show(`sum by (cache, tier) (rate(cache_requests_total{result="hit"}[${window}])) / sum by (cache, tier) (rate(cache_requests_total[${window}]))`, '{{cache}} {{tier}}')] },
    ],
  },
};

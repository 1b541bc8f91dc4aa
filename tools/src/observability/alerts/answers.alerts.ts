import { type AlertGroup, steady } from './alert.js';

const asked = 'ai_model_requests_total{service="rag-orchestrator",kind="chat",provider="models.example",model="m"';
const abstained = 'sum(increase(rag_answers_total{verdict="abstained"}[1h]))';
const answered = 'sum(increase(rag_answers_total{verdict!="stopped"}[1h]))';
const checked = 'sum(increase(rag_sentences_checked_total{result!="no-fact"}[1h]))';

/** Questions, models and the knowledge base: is what people get worth trusting, and does it come? */
export const answerAlerts: AlertGroup = {
  name: 'answers',
  alerts: [
    {
      name: 'ModelFailing', expression: 'sum by (kind, provider) (rate(ai_model_requests_total{outcome!~"ok|stopped"}[5m])) / sum by (kind, provider) (rate(ai_model_requests_total[5m])) > 0.1', for: '5m', severity: 'page', team: 'platform', runbook: 'model-failing',
      summary: 'the {{ $labels.kind }} model fails', description: 'More than a tenth of the requests to a model endpoint have failed for five minutes.',
      fires: { at: '15m', series: { [`${asked},outcome="ok"}`]: '0+80x600', [`${asked},outcome="timeout"}`]: '0+20x600' }, instances: [{ kind: 'chat', provider: 'models.example' }] },
      silent: { at: '15m', series: { [`${asked},outcome="ok"}`]: '0+99x600', [`${asked},outcome="timeout"}`]: '0+1x600' } },
    },
    {
      name: 'ModelCircuitOpen', expression: 'ai_circuit_open == 1', for: '1m', severity: 'page', team: 'platform', runbook: 'model-circuit-open',
      summary: 'the {{ $labels.kind }} model is not asked any more', description: 'So many requests failed that the product stopped asking this endpoint; answers fall back to quotes or are refused until it recovers.',
      fires: { at: '5m', series: { 'ai_circuit_open{service="rag-orchestrator",kind="chat",provider="models.example"}': steady(1) }, instances: [{ service: 'rag-orchestrator', kind: 'chat', provider: 'models.example' }] },
      silent: { at: '5m', series: { 'ai_circuit_open{service="rag-orchestrator",kind="chat",provider="models.example"}': steady(0) } },
    },
    {
      name: 'FirstTokenSlow', expression: 'histogram_quantile(0.95, sum by (le, mode) (rate(rag_time_to_first_token_seconds_bucket[10m]))) > 10', for: '10m', severity: 'ticket', team: 'platform', runbook: 'first-token-slow',
      summary: 'people wait long for the first word ({{ $labels.mode }})', description: 'One question in twenty has waited more than ten seconds for its first word, for ten minutes.',
      fires: { at: '30m', series: { 'rag_time_to_first_token_seconds_bucket{mode="quick",le="10"}': '0+50x600', 'rag_time_to_first_token_seconds_bucket{mode="quick",le="30"}': '0+100x600', 'rag_time_to_first_token_seconds_bucket{mode="quick",le="+Inf"}': '0+100x600' }, instances: [{ mode: 'quick' }] },
      silent: { at: '30m', series: { 'rag_time_to_first_token_seconds_bucket{mode="quick",le="10"}': '0+100x600', 'rag_time_to_first_token_seconds_bucket{mode="quick",le="+Inf"}': '0+100x600' } },
    },
    {
      name: 'AbstentionsHigh', expression: `${abstained} / ${answered} > 0.5 and ${answered} > 20`, for: '15m', severity: 'ticket', team: 'knowledge', runbook: 'abstentions-high',
      summary: 'more than half of the questions find no source', description: 'Over an hour, with more than twenty questions, most ended with "not in your sources": a collection is missing, unreadable to the askers, or search is broken.',
      fires: { at: '90m', series: { 'rag_answers_total{verdict="abstained"}': '0+3x600', 'rag_answers_total{verdict="supported"}': '0+1x600' }, instances: [{}] },
      silent: { at: '90m', series: { 'rag_answers_total{verdict="abstained"}': '0+1x600', 'rag_answers_total{verdict="supported"}': '0+3x600' } },
    },
    {
      name: 'SupportFalling', expression: `sum(increase(rag_sentences_checked_total{result="supported"}[1h])) / ${checked} < 0.7 and ${checked} > 50`, for: '15m', severity: 'ticket', team: 'knowledge', runbook: 'support-falling',
      summary: 'too many sentences are not borne out by their source', description: 'Over an hour, with more than fifty sentences checked, fewer than seven in ten were supported. They are marked to the reader, but the model or the sources have changed.',
      fires: { at: '90m', series: { 'rag_sentences_checked_total{result="supported"}': '0+5x600', 'rag_sentences_checked_total{result="unsupported"}': '0+5x600' }, instances: [{}] },
      silent: { at: '90m', series: { 'rag_sentences_checked_total{result="supported"}': '0+9x600', 'rag_sentences_checked_total{result="unsupported"}': '0+1x600' } },
    },
    {
      name: 'IngestionStuck', expression: 'kb_ingestion_oldest_unfinished_age_seconds > 1800', for: '5m', severity: 'ticket', team: 'knowledge', runbook: 'ingestion-stuck',
      summary: 'a document has been on its way for half an hour', description: 'The oldest document that is neither ready nor failed nor cancelled was taken in more than thirty minutes ago.',
      fires: { at: '10m', series: { 'kb_ingestion_oldest_unfinished_age_seconds{service="kb-indexer"}': steady(2400) }, instances: [{ service: 'kb-indexer' }] },
      silent: { at: '10m', series: { 'kb_ingestion_oldest_unfinished_age_seconds{service="kb-indexer"}': steady(100) } },
    },
    {
      name: 'IngestionsFailing', expression: 'sum(increase(kb_ingestions_total{outcome="failed"}[1h])) / sum(increase(kb_ingestions_total[1h])) > 0.2 and sum(increase(kb_ingestions_total{outcome="failed"}[1h])) > 5', severity: 'ticket', team: 'knowledge', runbook: 'ingestions-failing',
      summary: 'many documents cannot be taken in', description: 'More than a fifth of the documents of the last hour, and more than five, ended as failed.',
      fires: { at: '70m', series: { 'kb_ingestions_total{outcome="failed",reason="UNREADABLE"}': '0+1x600', 'kb_ingestions_total{outcome="ready",reason=""}': '0+1x600' }, instances: [{}] },
      silent: { at: '70m', series: { 'kb_ingestions_total{outcome="failed",reason="UNREADABLE"}': '0+1x600', 'kb_ingestions_total{outcome="ready",reason=""}': '0+20x600' } },
    },
    {
      name: 'SearchFailing', expression: 'sum(rate(kb_searches_total{outcome!~"ok|CANCELLED"}[5m])) / sum(rate(kb_searches_total[5m])) > 0.05', for: '5m', severity: 'page', team: 'platform', runbook: 'search-failing',
      summary: 'searches in the knowledge base fail', description: 'More than one search in twenty has failed for five minutes, those not counted that a person stopped; answers cannot find their sources.',
      fires: { at: '15m', series: { 'kb_searches_total{outcome="INDEX_NOT_READY"}': '0+10x600', 'kb_searches_total{outcome="ok"}': '0+90x600' }, instances: [{}] },
      silent: { at: '15m', series: { 'kb_searches_total{outcome="INDEX_NOT_READY"}': '0+1x600', 'kb_searches_total{outcome="CANCELLED"}': '0+30x600', 'kb_searches_total{outcome="ok"}': '0+99x600' } },
    },
  ],
};

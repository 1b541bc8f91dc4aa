import { type Board, quantiles, rate, show, window } from './panel.js';

export const answersBoard: Board = {
  uid: 'voiceassist-answers', title: 'Answers', description: 'How good and how fast are answers, and where does the time go?',
  rows: {
    Trust: [
      { title: 'Verdicts', description: 'Share of each verdict among all answers.', unit: 'percentunit', queries: [show(`sum by (verdict) (rate(rag_answers_total[${window}])) / scalar(sum(rate(rag_answers_total[${window}])))`, '{{verdict}}')] },
      { title: 'Sentences checked', description: 'What the check of each sentence against its cited passage found.', unit: 'ops', queries: [rate('rag_sentences_checked_total', 'result')] },
      { title: 'Citations in an answer', description: 'How many passages an answer cites.', unit: 'short', queries: quantiles('rag_answer_citations') },
      { title: 'Answers without a citation', description: 'Answers that cite nothing: abstentions, or a fault.', unit: 'ops', queries: [show(`sum(rate(rag_answer_citations_bucket{le=~"0([.]0)?"}[${window}]))`, 'no citation')] },
      { title: 'Failed and stopped', description: 'Answers that ended with a failure, or because the person said stop.', unit: 'ops', queries: [rate('rag_answers_total{verdict=~"failed|stopped"}', 'verdict')] },
    ],
    Speed: [
      { title: 'First word', description: 'From the question to the first word of the answer.', unit: 's', queries: quantiles('rag_time_to_first_token_seconds', 'mode') },
      { title: 'Whole answer', description: 'From the question to the end of the answer.', unit: 's', queries: quantiles('rag_answer_duration_seconds') },
      { title: 'Stages', description: 'Where the time of an answer goes; nineteen in twenty stay below this.', unit: 's', queries: [show(`histogram_quantile(0.95, sum by (le, stage) (rate(rag_stage_duration_seconds_bucket[${window}])))`, '{{stage}}')] },
      { title: 'Under way', description: 'Answers that are being written now.', unit: 'short', queries: [show('sum(rag_answers_in_flight)', 'answers')] },
    ],
    Models: [
      { title: 'Requests to models', description: 'By kind of model and outcome.', unit: 'reqps', queries: [rate('ai_model_requests_total', 'kind', 'outcome')] },
      { title: 'Time of models', description: 'How long a model takes for a whole answer.', unit: 's', queries: quantiles('ai_model_request_duration_seconds', 'kind') },
      { title: 'First token of models', description: 'How long a chat model takes until its first token.', unit: 's', queries: quantiles('ai_model_time_to_first_token_seconds', 'model') },
      { title: 'Tokens in an answer', description: 'Tokens for each request to a chat model.', unit: 'short', queries: [show(`sum by (model, direction) (rate(ai_model_tokens_total[${window}])) / on (model) group_left () sum by (model) (rate(ai_model_requests_total{kind="chat"}[${window}]))`, '{{model}} {{direction}}')] },
      { title: 'Circuit open', description: 'Model endpoints that are not asked at present because they fail.', unit: 'bool_yes_no', queries: [show('max by (kind, provider) (ai_circuit_open)', '{{kind}} {{provider}}')] },
      { title: 'Failed requests to models', description: 'Share of the requests that failed.', unit: 'percentunit', queries: [show(`(sum by (kind) (rate(ai_model_requests_total{outcome!~"ok|stopped"}[${window}])) or 0 * sum by (kind) (rate(ai_model_requests_total[${window}]))) / sum by (kind) (rate(ai_model_requests_total[${window}]))`, '{{kind}}')] },
    ],
  },
};

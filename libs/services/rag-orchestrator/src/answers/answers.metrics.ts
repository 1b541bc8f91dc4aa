import { metricsOf } from '@voiceassist/kit';

const metrics = metricsOf('rag-orchestrator');
const mode = ['quick', 'deep'] as const;
const stage = ['screening', 'retrieving', 'reading', 'answering', 'verifying'] as const;
const verdict = ['supported', 'partly', 'abstained', 'failed', 'stopped'] as const;

export type AnswerOutcome = (typeof verdict)[number];

export const questions = metrics.counter({ name: 'rag_questions_total', labels: { mode }, description: 'Questions taken up, without repetitions of earlier ones.' });
export const repetitions = metrics.counter({ name: 'rag_answers_repeated_total', description: 'Questions asked again by the same client whose stored answer was told once more.' });
export const answers = metrics.counter({ name: 'rag_answers_total', labels: { verdict }, description: 'Answers by what came of them.' });
export const answerDuration = metrics.histogram({
  name: 'rag_answer_duration_seconds', unit: 's', labels: { mode, verdict }, buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 120],
  description: 'Time from a question to the end of its answer.',
});
export const firstTokenDelay = metrics.histogram({
  name: 'rag_time_to_first_token_seconds', unit: 's', labels: { mode }, buckets: [0.05, 0.1, 0.25, 0.5, 0.8, 1.2, 2, 4, 8, 16],
  description: 'Time from a question to the first piece of its answer.',
});
export const stageDuration = metrics.histogram({
  name: 'rag_stage_duration_seconds', unit: 's', labels: { stage }, buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 40],
  description: 'How long each stage of an answer took.',
});
export const citations = metrics.histogram({ name: 'rag_answer_citations', buckets: [0, 1, 2, 3, 4, 6, 8, 12, 20], description: 'Passages that a complete answer cites.' });
export const checkedSentences = metrics.counter({
  name: 'rag_sentences_checked_total', labels: { result: ['supported', 'unsupported', 'uncited', 'no-fact'] },
  description: 'Sentences of answers by what the check against their sources found.',
});
export const answersInFlight = metrics.level({ name: 'rag_answers_in_flight', description: 'Answers that are being written now.' });

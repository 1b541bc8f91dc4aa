import { z } from 'zod';
import { Config, setting } from '@voiceassist/kit';

const count = (fallback: number, { from, to }: { from: number; to: number }) => z.coerce.number().int().min(from).max(to).default(fallback);

/** How far one answer may go. */
export class AnswersConfig extends Config({
  ANSWER_PASSAGES: setting(count(10, { from: 1, to: 50 }), 'Passages that a quick answer may rest on.'),
  ANSWER_PASSAGES_DEEP: setting(count(20, { from: 1, to: 50 }), 'Passages that a deep answer may rest on.'),
  ANSWER_SOURCE_CHARACTERS: setting(count(24_000, { from: 1000, to: 1_000_000 }), 'Characters of passages that a model is given at most; about four to a token.'),
  ANSWER_MAX_TOKENS: setting(count(1200, { from: 50, to: 32_000 }), 'Tokens that a model may write for one answer.'),
  ANSWER_MAX_CHARACTERS: setting(count(12_000, { from: 500, to: 200_000 }), 'Characters after which an answer is cut off.'),
  ANSWER_LEASE_MS: setting(count(30_000, { from: 1000, to: 600_000 }), 'How long after its writer was last heard of an unfinished answer counts as interrupted, in milliseconds.'),
}) {}

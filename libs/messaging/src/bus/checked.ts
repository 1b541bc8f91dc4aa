import { commonFailure } from '@voiceassist/kit';
import type { z } from 'zod';

/** Parses what a caller gave; fails with INVALID_INPUT that names the first wrong field and lists all, never their values. */
export function checkedInput<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path, message }) => ({ field: path.map(String).join('.'), message }));
  const first = issues[0] ?? { field: '', message: 'malformed' };
  const message = first.field === '' ? first.message : `${first.field}: ${first.message}`;
  throw commonFailure('INVALID_INPUT', message, { field: first.field === '' ? undefined : first.field, details: issues });
}

/** An answer that breaks its own contract: a bug of the service, told by field and never by value. */
export class BrokenAnswerError extends Error {
  constructor(subject: string, readonly fields: readonly string[]) {
    super(`${subject} answered against its contract in ${fields.join(', ')}`);
    this.name = 'BrokenAnswerError';
  }
}

/** Parses what a handler gave; unknown fields are dropped, so that nothing undeclared leaves the service. */
export function checkedAnswer<S extends z.ZodType>(subject: string, schema: S, answer: unknown): z.output<S> {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  throw new BrokenAnswerError(subject, result.error.issues.map(({ path }) => path.map(String).join('.') || 'answer'));
}

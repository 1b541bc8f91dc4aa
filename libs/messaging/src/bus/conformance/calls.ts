import type { Actor, Role } from '@voiceassist/contracts';
import { AppError, Call } from '@voiceassist/kit';

export const person = (role: Role): Actor => ({
  type: 'user', userId: '0a0a0a0a-0000-4000-8000-000000000001', sessionId: '0a0a0a0a-0000-4000-8000-00000000000b', roles: [role],
});

export const callOf = (role: Role, requestId?: string): Call => Call.begin({ actor: person(role), requestId });

/** The failure of something that must fail with an `AppError`. */
export async function failureOf(work: Promise<unknown>): Promise<AppError> {
  const error: unknown = await work.then(() => undefined, (caught: unknown) => caught);
  if (error instanceof AppError) return error;
  throw new Error('an AppError was expected', { cause: error });
}

export async function readAll<T>(items: AsyncIterable<T>): Promise<T[]> {
  const read: T[] = [];
  for await (const item of items) read.push(item);
  return read;
}

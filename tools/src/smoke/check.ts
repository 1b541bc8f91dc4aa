import { ErrorBody, type HttpClient } from '@voiceassist/contracts';
import { z } from 'zod';
import type { Account } from './account.js';
import type { Door, Told } from './door.js';

/** What the checks know and find out on their way. */
export interface Scene {
  readonly door: Door;
  readonly account?: Account;
  /** Address that must lead to HTTPS; by default port 80 of the same host. */
  readonly plainUrl?: string;
  /** A certificate with fewer days left fails. */
  readonly certificateDays: number;
  /** Asked instead of a question made from what is in the library. */
  readonly question?: string;
  /** Whoever `sign-in` let in. */
  person?: { readonly client: HttpClient; readonly accessToken: string };
  /** A sentence of the library, found by `documents`. */
  sentence?: { readonly text: string; readonly documentId: string };
}

export interface Check {
  readonly name: string;
  /** What holds when it passes. */
  readonly promise: string;
  readonly timeoutMs?: number;
  /** Answers what was seen; throws what was wrong. */
  run(scene: Scene): Promise<string>;
}

/** The check cannot be made here; that is no fault of the installation. */
export class NotHere extends Error {}

/** Nothing that follows would mean anything. */
export class Hopeless extends Error {}

export function expectThat(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}

const Refusal = z.object({ success: z.literal(false), data: z.null(), error: ErrorBody, metadata: z.object({ version: z.string(), requestId: z.string().min(1) }), timestamp: z.string() });
const Success = z.object({ success: z.literal(true), data: z.record(z.string(), z.unknown()), metadata: z.object({ requestId: z.string().min(1) }) });

function parsed<T>(schema: z.ZodType<T>, { status, text }: Told): T {
  const read = schema.safeParse(readJson(text));
  if (!read.success) throw new Error(`status ${status}, and the body is not the envelope: ${z.prettifyError(read.error).split('\n').slice(0, 3).join('; ')}`);
  return read.data;
}

export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A refusal as every route gives it: the status, and the envelope with the code. */
export function expectRefusal(told: Told, status: number, codes: readonly string[]): string {
  expectThat(told.status === status, `expected status ${status}, got ${told.status}`);
  const { error } = parsed(Refusal, told);
  expectThat(codes.includes(error.code), `expected code ${codes.join(' or ')}, got ${error.code}`);
  return `${status} ${error.code}`;
}

export function expectSuccess(told: Told): Record<string, unknown> {
  expectThat(told.status === 200, `expected status 200, got ${told.status}`);
  return parsed(Success, told).data;
}

/** Whoever is signed in; without somebody the check cannot be made. */
export function personOf({ person, account }: Scene): NonNullable<Scene['person']> {
  if (person) return person;
  throw new NotHere(account ? 'nobody could be signed in' : 'no account was given');
}

import type { z } from 'zod';
import type { AccessRule } from './access.js';
import type { AuditRule } from './audit.js';
import type { CommonErrorCode, DeclaredErrors } from './errors.js';
import type { HttpRoute } from './http-route.js';

type Schema = z.ZodType;

interface Common {
  /** `va.v1.<service>.<rpc|evt|job>.<noun>.<verb>`; never an identifier or personal data. */
  readonly subject: string;
}

interface Callable extends Common, AccessRule {
  readonly input: Schema;
  readonly errors?: DeclaredErrors;
  readonly http?: HttpRoute;
  /** Name of the audit action under which every call leaves one row, or `notAudited('why')`. */
  readonly audit: AuditRule;
  /** Calls of strangers are no rows of their own but counted together for each network and minute, as refused attempts are. */
  readonly auditTogether?: true;
  /** Longest time the whole call may take; the caller's own deadline wins when it is earlier. */
  readonly timeoutMs?: number;
}

/** One question, one answer. */
export interface RequestContract extends Callable {
  readonly verb: 'request';
  readonly output: Schema;
}

/** One question, many answers, in order; the producer stops when the reader goes away. */
export interface StreamContract extends Callable {
  readonly verb: 'stream';
  readonly item: Schema;
}

/** Something that happened, told at least once to each interested service; published through the outbox. */
export interface EventContract extends Common {
  readonly verb: 'event';
  readonly payload: Schema;
}

/** Work that survives a restart; may be attempted several times, so its handler is idempotent by key. */
export interface JobContract extends Common {
  readonly verb: 'job';
  readonly payload: Schema;
  readonly attempts: number;
  /** How long one attempt may go without a heartbeat before another worker may take it. */
  readonly leaseMs: number;
  /** Where a job does more than the call that asked for it: the action under which each attempt leaves a row; else `notAudited('why')`. */
  readonly audit: AuditRule;
}

export type AnyContract = RequestContract | StreamContract | EventContract | JobContract;
export type CallableContract = RequestContract | StreamContract;

type Definition<C extends AnyContract> = Omit<C, 'verb'>;

/** What a caller gives; defaults may be left out. */
export type InputOf<C extends CallableContract> = z.input<C['input']>;
/** What a handler receives: parsed, defaults filled in. */
export type ParsedInputOf<C extends CallableContract> = z.output<C['input']>;
/** What a caller receives. */
export type OutputOf<C extends RequestContract> = z.output<C['output']>;
/** What a handler answers. */
export type AnswerOf<C extends RequestContract> = z.input<C['output']>;
export type ItemOf<C extends StreamContract> = z.output<C['item']>;
export type ProducedItemOf<C extends StreamContract> = z.input<C['item']>;
export type PayloadOf<C extends EventContract | JobContract> = z.output<C['payload']>;
/** Codes a handler of this contract may fail with. */
export type ErrorCodeOf<C extends CallableContract> = CommonErrorCode | Extract<keyof C['errors'], string>;

export function request<const D extends Definition<RequestContract>>(definition: D): D & { readonly verb: 'request' } {
  return { ...definition, verb: 'request' };
}
export function stream<const D extends Definition<StreamContract>>(definition: D): D & { readonly verb: 'stream' } {
  return { ...definition, verb: 'stream' };
}
export function event<const D extends Definition<EventContract>>(definition: D): D & { readonly verb: 'event' } {
  return { ...definition, verb: 'event' };
}
export function job<const D extends Definition<JobContract>>(definition: D): D & { readonly verb: 'job' } {
  return { ...definition, verb: 'job' };
}

import { context, SpanKind, SpanStatusCode, trace, type Attributes, type Context, type Link } from '@opentelemetry/api';
import { AppError } from '../errors/app-error.js';

export interface SpanOfWork {
  readonly name: string;
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
  /** The present context unless given. */
  readonly parent?: Context;
  readonly links?: Link[];
}

/** A piece of work that shows in its trace. */
export interface BegunSpan {
  /** Holds the span; run the work in it. */
  readonly context: Context;
  set(attributes: Attributes): void;
  /** Ends it, with the code of what went wrong; counts once. */
  end(failureCode?: string): void;
}

/** Begins a span that somebody ends; where the work is one function, `inSpan` is less to forget. */
export function beginSpan({ name, kind = SpanKind.INTERNAL, attributes, links, parent = context.active() }: SpanOfWork): BegunSpan {
  const span = trace.getTracer('voiceassist').startSpan(name, { kind, attributes, links }, parent);
  return {
    context: trace.setSpan(parent, span),
    set: (more) => void span.setAttributes(more),
    end: (failureCode) => {
      if (failureCode !== undefined) span.setAttribute('error.type', failureCode).setStatus({ code: SpanStatusCode.ERROR, message: failureCode });
      span.end();
    },
  };
}

/** What a trace may say about a failure. */
export const failureCodeOf = (error: unknown): string => (error instanceof AppError ? error.code : 'INTERNAL');

/** Runs the work in a span of its own. */
export async function inSpan<T>(span: SpanOfWork, work: (begun: BegunSpan) => Promise<T>): Promise<T> {
  const begun = beginSpan(span);
  try {
    const result = await context.with(begun.context, () => work(begun));
    begun.end();
    return result;
  } catch (error) {
    begun.end(failureCodeOf(error));
    throw error;
  }
}

/** The same items, each made in that context: a generator runs in whatever context its reader asks from. */
export async function* inContext<T>(active: Context, items: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  const iterator = context.with(active, () => items[Symbol.asyncIterator]());
  let isOver = false;
  try {
    for (;;) {
      const next = await context.with(active, () => iterator.next());
      isOver = next.done === true;
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    if (!isOver) await context.with(active, async () => iterator.return?.());
  }
}

import type { CallableContract, RequestContract, StreamContract } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import { checkedAnswer } from '../bus/checked.js';
import type { IncomingExchange } from '../carriers/carrier.js';
import { encodeFrame } from '../carriers/frames.js';
import type { CallableHandler, FoundHandler } from './handler-table.js';
import { isAsyncGenerator, orAborted, settledResult } from './nest-result.js';

export interface Answering {
  readonly handler: CallableHandler;
  readonly exchange: IncomingExchange;
  readonly call: Call;
}

type Asked<C extends CallableContract> = Answering & { readonly contract: C; readonly input: unknown };

/** Runs a request's handler; gives its answer, checked, and the frame that carries it. */
export async function answerOnce({ handler, contract, call, input }: Asked<RequestContract>): Promise<{ output: unknown; frame: string }> {
  const answer = await orAborted(startHandler(handler, input, call), call.signal);
  const output = checkedAnswer(contract.subject, contract.output, answer);
  return { output, frame: encodeFrame({ kind: 'answer', value: output }) };
}

/**
 * Runs a stream's generator: one item is asked for only when the reader has room for it. When the call ends early the
 * generator is closed, so that its `finally` runs as soon as it reaches its next pause.
 */
export async function answerMany(asked: Asked<StreamContract>): Promise<string> {
  const { handler, contract, call, input, exchange } = asked;
  const items = await orAborted(startHandler(handler, input, call), call.signal);
  if (!isAsyncGenerator(items)) throw new Error(`${contract.subject}: the handler of a stream must be an async generator`);
  let finished = false;
  try {
    for (;;) {
      await exchange.credit.take(call.signal);
      const next = await orAborted(items.next(), call.signal);
      if (next.done) break;
      exchange.send(encodeFrame({ kind: 'item', value: checkedAnswer(contract.subject, contract.item, next.value) }));
    }
    finished = true;
    return encodeFrame({ kind: 'end' });
  } finally {
    // not awaited: a generator that is busy would hold back the answer; what it throws while closing has no reader any more
    if (!finished) items.return(undefined).catch(() => undefined);
  }
}

function startHandler(handler: FoundHandler, input: unknown, call: Call): Promise<unknown> {
  return settledResult(handler.run(input, call));
}

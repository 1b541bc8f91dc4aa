import type { CallableContract, RequestContract, StreamContract } from '@voiceassist/contracts';
import { checkedAnswer } from '../bus/checked.js';
import { encodeFrame } from '../carriers/frames.js';
import type { FoundHandler } from './handler-table.js';
import { isAsyncGenerator, orAborted, settledResult } from './nest-result.js';
import type { ReceivedCall } from './received-call.js';

export interface Asked<C extends CallableContract> {
  readonly handler: FoundHandler;
  readonly contract: C;
  readonly received: ReceivedCall;
  readonly input: unknown;
  /** Told of bugs that come to light when the caller has already been answered. */
  readonly reportFault: (error: unknown) => void;
}

/** Runs a request's handler; gives its answer, checked, and the frame that carries it. */
export async function answerOnce({ contract, ...asked }: Asked<RequestContract>): Promise<{ output: unknown; frame: string }> {
  const answer = await started(asked);
  const output = checkedAnswer(contract.subject, contract.output, answer);
  return { output, frame: encodeFrame({ kind: 'answer', value: output }) };
}

/**
 * Runs a stream's generator: one item is asked for only when the reader has room for it. When the call ends early the
 * generator is closed, so that its `finally` runs as soon as it reaches its next pause.
 */
export async function answerMany({ contract, ...asked }: Asked<StreamContract>): Promise<string> {
  const { received: { call, exchange }, received } = asked;
  const items = await started(asked);
  if (!isAsyncGenerator(items)) throw new Error(`${contract.subject}: the handler of a stream must be an async generator`);
  try {
    for (;;) {
      await exchange.credit.take(call.signal);
      const next = await orAborted(items.next(), call.signal);
      if (next.done) return encodeFrame({ kind: 'end' });
      exchange.send(encodeFrame({ kind: 'item', value: checkedAnswer(contract.subject, contract.item, next.value) }));
    }
  } finally {
    // not awaited: a generator that is busy would hold back the answer; one that has ended has nothing left to close
    received.leave(items.return(undefined).catch(asked.reportFault));
  }
}

function started({ handler, received, input }: Pick<Asked<CallableContract>, 'handler' | 'received' | 'input'>): Promise<unknown> {
  const { call } = received;
  const work = settledResult(handler.run(input, call));
  received.leave(work);
  return orAborted(work, call.signal);
}

import { assertDeclared, type RequestContract } from '@voiceassist/contracts';
import { AppError } from '@voiceassist/kit';
import type { OutgoingExchange, Receiver } from '../carriers/carrier.js';
import { decodeFrame, type Frame } from '../carriers/frames.js';
import { internalFailure } from '../carriers/packed-error.js';
import { watch } from './call-limits.js';
import { checkedAnswer } from './checked.js';
import { logFault } from './fault-log.js';
import { messageOf, receivedFailure, unexpectedFrame, type Question } from './question.js';
import type { Sender } from './bus-client.js';

/** Asks once and waits for the one answer, the deadline or the caller's own going away, whichever comes first. */
export async function ask(sender: Sender, question: Question<RequestContract>): Promise<unknown> {
  const { contract, call } = question;
  const observation = sender.telemetry.sending(contract.subject, call.requestId);
  try {
    assertDeclared(sender.service, 'calls', contract);
    const message = messageOf(question, observation);
    const answer = await answerOf(sender, question, message);
    const output = checkedAnswer(contract.subject, contract.output, answer);
    observation.end('ok');
    return output;
  } catch (error) {
    const failure = error instanceof AppError ? error : internalFailure(error);
    if (failure !== error) logFault(sender.logger, error, { requestId: call.requestId, subject: contract.subject });
    observation.end(failure.code);
    throw failure;
  }
}

function answerOf(sender: Sender, { contract, call }: Question<RequestContract>, message: ReturnType<typeof messageOf>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void) => {
      stopWatching();
      finish();
    };
    const receive = (frame: Frame) => {
      if (frame.kind === 'alive') return;
      outgoing.close();
      if (frame.kind === 'answer') settle(() => resolve(frame.value));
      else settle(() => reject(frame.kind === 'error' ? receivedFailure(contract, frame.error) : unexpectedFrame(contract.subject)));
    };
    const receiver: Receiver = { frame: (text) => receive(decodeFrame(text)), lost: (reason) => settle(() => reject(reason)) };
    const leave = (tell: (outgoing: OutgoingExchange) => void) => (reason: AppError) => {
      tell(outgoing);
      reject(reason);
    };
    const stopWatching = watch(
      { subject: contract.subject, timeoutMs: message.timeoutMs, signal: call.signal },
      { onDeadline: leave((exchange) => exchange.close()), onAbort: leave((exchange) => exchange.cancel()) },
    );
    const outgoing: OutgoingExchange = sender.carrier.open(message, receiver);
  });
}

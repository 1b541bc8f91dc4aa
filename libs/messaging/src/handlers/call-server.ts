import { context } from '@opentelemetry/api';
import type { CallableContract } from '@voiceassist/contracts';
import { assertAccess, commonFailure, withRequestId, type AppError, type Call } from '@voiceassist/kit';
import type { Logger } from 'pino';
import type { AuditLog } from '../audit/audit-log.js';
import { checkedInput } from '../bus/checked.js';
import { logFault } from '../bus/fault-log.js';
import type { BusTelemetry } from '../bus/bus-telemetry.js';
import { decodeBody, encodeFailure } from '../carriers/frames.js';
import { answerMany, answerOnce } from './answering.js';
import type { CallableHandler } from './handler-table.js';
import { failureAtServer } from './failure-at-server.js';
import type { ReceivedCall } from './received-call.js';

export interface CallServerParts {
  readonly telemetry: BusTelemetry;
  readonly logger: Logger;
  readonly audit: AuditLog;
}

/** How a call ended: the last frame, and what was asked and answered for the audit. */
interface Ending {
  readonly outcome: string;
  readonly frame: string;
  readonly values: readonly unknown[];
}

/** Serves one call after the other: access, input, handler, answer, audit, in this order. */
export class CallServer {
  constructor(private readonly parts: CallServerParts) {}

  /** Resolves when the last frame has been handed to the carrier; never rejects. */
  async serve(handler: CallableHandler, received: ReceivedCall): Promise<void> {
    const { call, contract, exchange } = received;
    const startedAt = new Date();
    const observation = this.parts.telemetry.handling(contract.subject, call.requestId, exchange.message.headers);
    await context.with(withRequestId(call.requestId, observation.context), async () => {
      const ending = await this.run(handler, received);
      received.settle();
      const { frame, outcome } = await this.audited({ contract, call, startedAt }, ending);
      exchange.finish(frame);
      observation.end(outcome);
    });
  }

  private async run(handler: CallableHandler, received: ReceivedCall): Promise<Ending> {
    const { contract, call, exchange } = received;
    const values: unknown[] = [];
    const reportFault = (error: unknown) => logFault(this.parts.logger, error, { requestId: call.requestId, subject: contract.subject });
    try {
      assertAccess(contract, call.actor);
      const input = checkedInput(contract.input, bodyOf(exchange.message.body));
      values.push(input);
      const asked = { handler, received, input, reportFault };
      if (contract.verb === 'stream') return { outcome: 'ok', frame: await answerMany({ ...asked, contract }), values };
      const { output, frame } = await answerOnce({ ...asked, contract });
      return { outcome: 'ok', frame, values: [input, output] };
    } catch (error) {
      const failure = failureAtServer(contract, call.signal, error);
      if (failure.isBug) reportFault(error);
      return endedBy(failure.answer, values);
    }
  }

  private async audited(about: { contract: CallableContract; call: Call; startedAt: Date }, ending: Ending): Promise<Ending> {
    const { contract, call, startedAt } = about;
    if (contract.audit === undefined) return ending;
    try {
      await this.parts.audit.record({ action: contract.audit, call, startedAt, outcome: ending.outcome, values: ending.values });
      return ending;
    } catch (error) {
      logFault(this.parts.logger, error, { requestId: call.requestId, subject: contract.subject });
      return endedBy(commonFailure('UNAVAILABLE', 'The call could not be recorded for the audit.'), []);
    }
  }
}

function endedBy(failure: AppError, values: readonly unknown[]): Ending {
  return { outcome: failure.code, frame: encodeFailure(failure), values };
}

function bodyOf(text: string): unknown {
  try {
    return decodeBody(text);
  } catch {
    throw commonFailure('INVALID_INPUT', 'The message is not JSON.');
  }
}

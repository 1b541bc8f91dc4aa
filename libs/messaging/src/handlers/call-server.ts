import { context } from '@opentelemetry/api';
import type { CallableContract } from '@voiceassist/contracts';
import { assertAccess, commonFailure, withRequestId, type AppError, type Call } from '@voiceassist/kit';
import type { Logger } from 'pino';
import type { AuditLog } from '../audit/audit-log.js';
import type { Refusals } from '../audit/refusals.js';
import { presentAct, type AuditedAct } from '../audit/audited-act.js';
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
  readonly refusals: Pick<Refusals, 'note'>;
}

/** How a call ended, and its last frame. */
interface Ending {
  readonly outcome: string;
  readonly frame: string;
}

/** Serves one call after the other: access, input, handler, answer, audit, in this order. */
export class CallServer {
  constructor(private readonly parts: CallServerParts) {}

  /** Resolves when the last frame has been handed to the carrier; never rejects. */
  async serve(handler: CallableHandler, received: ReceivedCall): Promise<void> {
    const { call, contract, exchange } = received;
    const begunAt = performance.now();
    const observation = this.parts.telemetry.handling(contract.subject, call.requestId, exchange.message.headers);
    await context.with(withRequestId(call.requestId, observation.context), async () => {
      const together = isCountedTogether(contract, call);
      const act = together ? undefined : this.parts.audit.begin(contract, call);
      // also without an act: in one process the caller's own may be present
      const ending = await presentAct.run(act, () => this.run(handler, received, act));
      received.settle();
      if (together) this.parts.refusals.note({ contract, actor: call.actor, requestId: call.requestId, clientAddress: call.clientAddress, outcome: ending.outcome, durationMs: Math.round(performance.now() - begunAt) });
      const { frame, outcome } = act ? await this.audited(act, ending, contract) : ending;
      exchange.finish(frame);
      observation.end(outcome);
      this.tell(contract.subject, outcome, begunAt);
    });
  }

  /** Every call has a line, for whoever follows one request; only at `debug`, because it costs each call something. */
  private tell(subject: string, outcome: string, begunAt: number): void {
    if (!this.parts.logger.isLevelEnabled('debug')) return;
    this.parts.logger.debug({ subject, outcome, durationMs: Math.round((performance.now() - begunAt) * 10) / 10 }, 'call answered');
  }

  private async run(handler: CallableHandler, received: ReceivedCall, act: AuditedAct | undefined): Promise<Ending> {
    const { contract, call, exchange } = received;
    const reportFault = (error: unknown) => logFault(this.parts.logger, error, { requestId: call.requestId, subject: contract.subject });
    try {
      assertAccess(contract, call.actor);
      const input = checkedInput(contract.input, bodyOf(exchange.message.body));
      if (act) act.values = [input];
      const asked = { handler, received, input, reportFault };
      if (contract.verb === 'stream') return { outcome: 'ok', frame: await answerMany({ ...asked, contract }) };
      const { output, frame } = await answerOnce({ ...asked, contract });
      if (act) act.values = [input, output];
      return { outcome: 'ok', frame };
    } catch (error) {
      const failure = failureAtServer(contract, call.signal, error);
      if (failure.isBug) reportFault(error);
      return endedBy(failure.answer);
    }
  }

  private async audited(act: AuditedAct, ending: Ending, { subject }: CallableContract): Promise<Ending> {
    try {
      await this.parts.audit.end(act, ending.outcome);
      return ending;
    } catch (error) {
      logFault(this.parts.logger, error, { requestId: act.call.requestId, subject });
      return endedBy(commonFailure('UNAVAILABLE', 'The call could not be recorded for the audit.'));
    }
  }
}

function isCountedTogether({ auditTogether }: CallableContract, { actor }: Call): boolean {
  return auditTogether === true && actor.type === 'anonymous';
}

function endedBy(failure: AppError): Ending {
  return { outcome: failure.code, frame: encodeFailure(failure) };
}

function bodyOf(text: string): unknown {
  try {
    return decodeBody(text);
  } catch {
    throw commonFailure('INVALID_INPUT', 'The message is not JSON.');
  }
}

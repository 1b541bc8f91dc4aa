import { AppError } from '@voiceassist/kit';
import type { AuditLog } from '../audit/audit-log.js';
import { presentAct } from '../audit/audited-act.js';
import type { JobHandler } from './job-runner.js';

/** Each attempt of a job whose contract names an action leaves one row, in the name of whoever caused the job; what cannot be recorded is tried again. */
export function auditedJob(handler: JobHandler, audit: AuditLog): JobHandler {
  const { contract } = handler;
  return {
    contract,
    async invoke(payload, call, work) {
      const act = audit.begin(contract, call);
      if (!act) return handler.invoke(payload, call, work);
      act.values = [payload];
      try {
        const result = await presentAct.run(act, () => handler.invoke(payload, call, work));
        await audit.end(act, 'ok');
        return result;
      } catch (error) {
        if (!act.ended) await audit.end(act, outcomeOf(error, work.signal));
        throw error;
      }
    },
  };
}

function outcomeOf(error: unknown, signal: AbortSignal): string {
  if (error instanceof AppError) return error.code;
  return signal.aborted ? 'CANCELLED' : 'INTERNAL';
}

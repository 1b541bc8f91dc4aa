import type { Call } from '@voiceassist/kit';
import { PhiDecisions, type PhiDecision } from './phi-decisions.js';

/** Adds to the audit row of a call; `noteForAudit` of messaging is one. */
export type AuditNoter = (call: Call, note: { readonly subjects: Record<string, string> }) => void;

const inWords = ({ host, policy, outcome, counts }: PhiDecision): string =>
  [host, policy, outcome, ...Object.entries(counts).map(([kind, count]) => `${kind}:${String(count)}`)].join(' ');

/** Hands a decision on and writes it into the audit row of the call: `phi.chat = "host mask masked name:2 date:1"`. */
export class NotedPhiDecisions extends PhiDecisions {
  constructor(
    private readonly next: PhiDecisions,
    private readonly note: AuditNoter,
  ) {
    super();
  }

  async record(decision: PhiDecision, call: Call | undefined): Promise<void> {
    if (call) this.note(call, { subjects: { [`phi.${decision.provider}`]: inWords(decision) } });
    await this.next.record(decision, call);
  }
}

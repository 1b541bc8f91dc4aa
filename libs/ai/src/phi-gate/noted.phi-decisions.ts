import type { Call } from '@voiceassist/kit';
import { PhiDecisions, type PhiDecision } from './phi-decisions.js';

/** Adds to the audit row of a call; `noteForAudit` of messaging is one. */
export type AuditNoter = (call: Call, note: { readonly subjects: Record<string, string> }) => void;

const inWords = ({ host, policy, outcome, counts }: PhiDecision): string =>
  [host, policy, outcome, ...Object.entries(counts).map(([kind, count]) => `${kind}:${String(count)}`)].join(' ');

const gravity: readonly PhiDecision['outcome'][] = ['clean', 'allowed', 'masked', 'blocked'];

/** Both together: counts added, the graver outcome. */
function sumOf(before: PhiDecision | undefined, decision: PhiDecision): PhiDecision {
  if (!before) return decision;
  const counts: Record<string, number> = { ...before.counts };
  for (const [kind, count] of Object.entries(decision.counts)) counts[kind] = (counts[kind] ?? 0) + count;
  const outcome = gravity.indexOf(before.outcome) > gravity.indexOf(decision.outcome) ? before.outcome : decision.outcome;
  return { ...decision, outcome, counts };
}

/**
 * Hands a decision on and writes it into the audit row of the call: `phi.chat = "host mask masked name:2 date:1"`. A call
 * that sends several requests, as the ingestion of a long document does, has them all in one.
 */
export class NotedPhiDecisions extends PhiDecisions {
  private readonly sums = new WeakMap<Call, Map<PhiDecision['provider'], PhiDecision>>();

  constructor(
    private readonly next: PhiDecisions,
    private readonly note: AuditNoter,
  ) {
    super();
  }

  async record(decision: PhiDecision, call: Call | undefined): Promise<void> {
    if (call) this.note(call, { subjects: { [`phi.${decision.provider}`]: inWords(this.added(decision, call)) } });
    await this.next.record(decision, call);
  }

  private added(decision: PhiDecision, call: Call): PhiDecision {
    const sums = this.sums.get(call) ?? new Map<PhiDecision['provider'], PhiDecision>();
    const sum = sumOf(sums.get(decision.provider), decision);
    this.sums.set(call, sums.set(decision.provider, sum));
    return sum;
  }
}

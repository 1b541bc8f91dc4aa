import { AppError, type Call } from '@voiceassist/kit';
import { countKinds, findPhi, type PhiCounts } from '@voiceassist/phi';
import type { PhiDecision, PhiDecisions } from './phi-decisions.js';
import type { PhiRule } from './phi-policy.js';

/** Code of the failure with which the gate refuses a text. */
export const phiBlocked = 'PHI_BLOCKED';

export const isPhiBlocked = (error: unknown): error is AppError => error instanceof AppError && error.code === phiBlocked;

const names: Record<PhiDecision['provider'], string> = { chat: 'language model', embedding: 'embedding service', speech: 'speech service' };

/** Decides about the texts of one request, records the decision, and only then lets them go. */
export class PhiGate {
  constructor(
    readonly rule: PhiRule,
    private readonly provider: PhiDecision['provider'],
    private readonly decisions: PhiDecisions,
  ) {}

  /** For `allow` and `block`: the texts may go as they are when this resolves; PHI_BLOCKED when they may not. */
  async admit(texts: readonly string[], call: Call | undefined): Promise<void> {
    const counts = countKinds(texts.flatMap((text) => findPhi(text)));
    const found = Object.keys(counts).length > 0;
    const blocked = found && this.rule.policy !== 'allow';
    await this.record(found ? (blocked ? 'blocked' : 'allowed') : 'clean', { counts, call });
    if (blocked) throw this.refusal(counts);
  }

  /** For `mask`: says what was masked. */
  async masked(counts: PhiCounts, call: Call | undefined): Promise<void> {
    await this.record(Object.keys(counts).length > 0 ? 'masked' : 'clean', { counts, call });
  }

  private record(outcome: PhiDecision['outcome'], { counts, call }: { counts: PhiCounts; call: Call | undefined }): Promise<void> {
    const { host, policy } = this.rule;
    return this.decisions.record({ provider: this.provider, host, policy, outcome, counts }, call);
  }

  /** Says which kinds were found, never what. */
  private refusal(counts: PhiCounts): AppError {
    const kinds = Object.keys(counts).join(', ');
    return new AppError(phiBlocked, 'forbidden', `The text holds personal health information (${kinds}), which may not be sent to the ${names[this.provider]}. Remove it, or ask an administrator about the policy for this provider.`, { details: { counts } });
  }
}

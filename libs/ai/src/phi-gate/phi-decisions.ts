import type { Call } from '@voiceassist/kit';
import type { PhiCounts } from '@voiceassist/phi';
import type { PhiPolicy } from './phi-policy.js';

/** What was decided about the texts of one request to a provider. Counts by kind; never a value. */
export interface PhiDecision {
  readonly provider: 'chat' | 'embedding' | 'speech';
  /** Host name of the provider. */
  readonly host: string;
  readonly policy: PhiPolicy;
  /** `clean`: nothing was found; otherwise what the policy made of the findings. */
  readonly outcome: 'clean' | 'allowed' | 'masked' | 'blocked';
  readonly counts: PhiCounts;
}

/**
 * Keeps what the gate decided. Resolves before the text leaves; when it rejects, the text does not leave.
 * The call is the one in whose course the text would be sent, undefined where nobody asked, as in a re-index.
 */
export abstract class PhiDecisions {
  abstract record(decision: PhiDecision, call: Call | undefined): Promise<void>;
}

import { metrics } from '@opentelemetry/api';
import type { Call } from '@voiceassist/kit';
import { PhiDecisions, type PhiDecision } from './phi-decisions.js';

/** Counts decisions and findings; its labels are words of ours and the provider's host. */
export class MetricPhiDecisions extends PhiDecisions {
  private readonly meter = metrics.getMeter('voiceassist.ai');
  private readonly decided = this.meter.createCounter('phi_gate_decisions', { description: 'Requests to model providers by what the gate for personal health information decided.' });
  private readonly found = this.meter.createCounter('phi_gate_findings', { description: 'Findings of personal health information in texts for model providers, by kind.' });

  async record({ provider, host, policy, outcome, counts }: PhiDecision, _call: Call | undefined): Promise<void> {
    this.decided.add(1, { provider, host, policy, outcome });
    for (const [kind, count] of Object.entries(counts)) this.found.add(count, { provider, kind });
  }
}

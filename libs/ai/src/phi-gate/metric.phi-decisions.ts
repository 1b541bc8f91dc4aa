import { metricsOf, type Call } from '@voiceassist/kit';
import { PhiDecisions, type PhiDecision } from './phi-decisions.js';

const metrics = metricsOf('ai');
const provider = ['chat', 'embedding', 'speech'] as const;
const decided = metrics.counter({
  name: 'phi_gate_decisions_total', labels: { provider, host: 'host of the provider', policy: ['allow', 'mask', 'block'], outcome: ['clean', 'allowed', 'masked', 'blocked'] },
  description: 'Requests to model providers by what the gate for personal health information decided.',
});
const found = metrics.counter({ name: 'phi_gate_findings_total', labels: { provider, kind: 'kind of identifier' }, description: 'Findings of personal health information in texts for model providers, by kind.' });

/** Counts decisions and findings; its labels are words of ours and the provider's host. */
export class MetricPhiDecisions extends PhiDecisions {
  async record({ provider: asked, host, policy, outcome, counts }: PhiDecision, _call: Call | undefined): Promise<void> {
    decided.add(1, { provider: asked, host, policy, outcome });
    for (const [kind, count] of Object.entries(counts)) found.add(count, { provider: asked, kind });
  }
}

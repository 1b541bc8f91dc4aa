import { ConfigError } from '@voiceassist/kit';
import type { PhiDecision, PhiDecisions } from './phi-decisions.js';
import { PhiGate } from './phi-gate.js';
import { phiRule, type PolicySettings } from './phi-policy.js';

export interface GateSettings extends PolicySettings {
  readonly provider: PhiDecision['provider'];
  /** Names of the two settings, for the message when they do not fit. */
  readonly names: { readonly policy: string; readonly agreement: string };
  readonly decisions: PhiDecisions;
}

/** The gate before a provider; null where nothing leaves this machine and everything is allowed. Refuses settings that do not fit. */
export function gateOf({ provider, names, decisions, ...settings }: GateSettings): PhiGate | null {
  const rule = phiRule(settings, names);
  if (rule === null) return null;
  if (!('policy' in rule)) throw new ConfigError(rule);
  return !rule.outside && rule.policy === 'allow' ? null : new PhiGate(rule, provider, decisions);
}

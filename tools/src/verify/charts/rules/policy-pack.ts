import { availabilityRules } from './availability-rules.js';
import { containerRules } from './container-rules.js';
import { networkRules } from './network-rules.js';
import { objectRules } from './object-rules.js';
import { podRules } from './pod-rules.js';
import type { Rule } from './rule.js';

/** Everything that must hold for what the charts render. */
export const policyPack: readonly Rule[] = [...podRules, ...containerRules, ...availabilityRules, ...networkRules, ...objectRules];

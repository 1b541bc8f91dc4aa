import { MetricPhiDecisions } from './metric.phi-decisions.js';
import { NotedPhiDecisions, type AuditNoter } from './noted.phi-decisions.js';
import type { PhiDecisions } from './phi-decisions.js';

/** Decisions are always counted; they stand in the audit where there is a way to write them there. */
export function openPhiDecisions(note?: AuditNoter): PhiDecisions {
  const counted = new MetricPhiDecisions();
  return note === undefined ? counted : new NotedPhiDecisions(counted, note);
}

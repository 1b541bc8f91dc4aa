import type { IngestionStage } from '@voiceassist/contracts';

/** Stages in which nothing happens any more until somebody asks. */
export const finalStages = ['ready', 'failed', 'cancelled'] as const satisfies readonly IngestionStage[];
type FinalStage = (typeof finalStages)[number];
export type WorkingStage = Exclude<IngestionStage, FinalStage>;

export const isFinal = (stage: IngestionStage): stage is FinalStage => (finalStages as readonly IngestionStage[]).includes(stage);
/** What did not end well may be tried again. */
export const isRetryable = (stage: IngestionStage): boolean => stage === 'failed' || stage === 'cancelled';

/** Where each stage begins and ends on the way from 0 to 1. */
const shares: Record<WorkingStage, readonly [number, number]> = {
  queued: [0, 0], extracting: [0, 0.4], chunking: [0.4, 0.45], embedding: [0.45, 0.85], indexing: [0.85, 1],
};

/** Progress of the whole when a stage has done `part` of `whole`. */
export function progressIn(stage: WorkingStage, part: number, whole: number): number {
  const [from, to] = shares[stage];
  return from + (to - from) * (whole > 0 ? Math.min(1, part / whole) : 0);
}

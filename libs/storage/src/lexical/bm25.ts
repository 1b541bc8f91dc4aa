/** Saturation of repeated terms and weight of passage length: the values of the literature, the same in every adapter. */
export const bm25 = { k1: 1.2, b: 0.75 } as const;

/** How much rarity a term has: never negative, also for a term that is in every passage. */
export function inverseDocumentFrequency(passageCount: number, documentFrequency: number): number {
  return Math.log(1 + (passageCount - documentFrequency + 0.5) / (documentFrequency + 0.5));
}

export interface TermOccurrence {
  readonly frequency: number;
  /** Terms in the passage. */
  readonly length: number;
  /** Terms in a passage of this index on average; above 0. */
  readonly averageLength: number;
}

/** The part of the score a term earns in a passage before its rarity: from 0 to k1 + 1. */
export function termWeight({ frequency, length, averageLength }: TermOccurrence): number {
  const { k1, b } = bm25;
  return (frequency * (k1 + 1)) / (frequency + k1 * (1 - b + (b * length) / averageLength));
}

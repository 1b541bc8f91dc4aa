/** Grades of the documents that answer one query; absent means not relevant. */
export type Judgements = ReadonlyMap<string, number>;

export interface Measures {
  readonly ndcgAt10: number;
  readonly recallAt10: number;
  readonly recallAt100: number;
  readonly mrrAt10: number;
}

function gain(grades: readonly number[]): number {
  return grades.slice(0, 10).reduce((sum, grade, rank) => sum + grade / Math.log2(rank + 2), 0);
}

/** The four measures of one answer, documents best first; linear gain as in BEIR's trec_eval. */
export function measure(ranked: readonly string[], judgements: Judgements): Measures {
  const grades = ranked.map((id) => judgements.get(id) ?? 0);
  const found = (count: number): number => grades.slice(0, count).filter((grade) => grade > 0).length;
  const first = grades.slice(0, 10).findIndex((grade) => grade > 0);
  const ideal = gain([...judgements.values()].sort((one, other) => other - one));
  const relevant = [...judgements.values()].filter((grade) => grade > 0).length;
  return {
    ndcgAt10: ideal > 0 ? gain(grades) / ideal : 0,
    recallAt10: relevant > 0 ? found(10) / relevant : 0,
    recallAt100: relevant > 0 ? found(100) / relevant : 0,
    mrrAt10: first < 0 ? 0 : 1 / (first + 1),
  };
}

export function average(all: readonly Measures[]): Measures {
  const mean = (of: (one: Measures) => number): number => all.reduce((sum, one) => sum + of(one), 0) / Math.max(all.length, 1);
  return {
    ndcgAt10: mean((one) => one.ndcgAt10),
    recallAt10: mean((one) => one.recallAt10),
    recallAt100: mean((one) => one.recallAt100),
    mrrAt10: mean((one) => one.mrrAt10),
  };
}

/** The value below which the given share of the sorted figures lies. */
export function percentile(figures: readonly number[], share: number): number {
  const sorted = [...figures].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

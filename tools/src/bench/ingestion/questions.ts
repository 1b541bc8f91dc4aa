import type { BenchedKnowledgeBase } from './knowledge-base.js';

export interface Question {
  readonly file: string;
  readonly page: number;
  readonly question: string;
}

const depths = [1, 3, 5, 8] as const;

/** For how many questions the page that answers is among the first passages. */
export async function hitRates(knowledge: BenchedKnowledgeBase, questions: readonly Question[]): Promise<string> {
  const ranks: number[] = [];
  for (const { file, page, question } of questions) {
    const passages = await knowledge.search(question, 8);
    const rank = passages.findIndex((passage) => passage.page === page && knowledge.isOf(passage, file));
    ranks.push(rank < 0 ? Infinity : rank + 1);
  }
  const rates = depths.map((depth) => `first ${depth}: ${ranks.filter((rank) => rank <= depth).length}/${ranks.length}`);
  return `right page among the ${rates.join(', ')}`;
}

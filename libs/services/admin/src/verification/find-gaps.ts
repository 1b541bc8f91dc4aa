import type { LedgerGap } from '@voiceassist/contracts';
import type { LedgerSource, ProducerRow } from './ledger-source.js';

/** Rows wait in outboxes while admin or NATS are away; after this time that is no explanation any more. */
const patienceMs = 2 * 3_600_000;
/** A process that is killed may have taken numbers which it did not come to write; they lie this close to its end. */
const lastMomentsMs = 60_000;
const mostNumbers = 1_000;
const shown = 100;

interface Gaps {
  readonly gaps: LedgerGap[];
  readonly unfinished: number;
}

/** Looks for numbers of producers that never arrived. `trimmed`: old entries were removed, so that runs may begin late. */
export async function findGaps(source: LedgerSource, { trimmed, now }: { trimmed: boolean; now: number }): Promise<Gaps> {
  const gaps: LedgerGap[] = [];
  let unfinished = 0;
  for (const producer of await source.producersWithGaps()) {
    const missing = await source.missingNumbers(producer.run, trimmed ? producer.first : 1, mostNumbers);
    const late = missing.filter(({ nextAt }) => now - Date.parse(nextAt) > patienceMs);
    const lost = late.filter(({ nextAt }) => !inLastMoments(producer, nextAt, now));
    unfinished += late.length - lost.length;
    const [first] = lost;
    if (first) gaps.push({ service: producer.service, run: producer.run, missing: lost.slice(0, shown).map(({ number }) => number), missingCount: lost.length, since: first.nextAt });
  }
  return { gaps, unfinished };
}

function inLastMoments({ lastAt }: ProducerRow, nextAt: string, now: number): boolean {
  const ended = now - Date.parse(lastAt) > patienceMs;
  return ended && Date.parse(lastAt) - Date.parse(nextAt) < lastMomentsMs;
}

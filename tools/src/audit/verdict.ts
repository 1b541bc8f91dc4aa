import type { LedgerFault, LedgerGap, LedgerReport } from '@voiceassist/contracts';

const placeOf = ({ sequence, toSequence, checkpoint }: LedgerFault) => {
  if (checkpoint !== undefined && sequence === undefined) return `checkpoint ${checkpoint}`;
  return toSequence !== undefined && toSequence !== sequence ? `entries ${sequence}–${toSequence}` : `entry ${sequence}`;
};
const faultLine = (fault: LedgerFault) => `  ${fault.kind.padEnd(10)} ${placeOf(fault)}: ${fault.explanation}`;
const gapLine = ({ service, run, missingCount, missing, since }: LedgerGap) => `  ${service}, run ${run}: ${missingCount} rows never arrived (${missing.slice(0, 5).join(', ')}${missingCount > 5 ? ', …' : ''}), noticed after ${since}`;

const verdicts: Readonly<Record<LedgerReport['verdict'], string>> = {
  intact: 'INTACT: nothing was changed, removed, inserted or reordered.',
  incomplete: 'INCOMPLETE: nothing was tampered with, but rows that services recorded have not arrived for more than two hours.',
  tampered: 'TAMPERED: the ledger is not what was recorded.',
};

/** A report as a person reads it, the verdict last. */
export function verdictText(report: LedgerReport): string {
  const { entries, unread, days, checkpoints, copies, kids, faultCount, faults, gaps, unfinished, lastHash } = report;
  const lines = [
    `${entries} entries on ${days} days, ${checkpoints} checkpoints${copies === null ? ' (copies not compared)' : `, ${copies} copies`}`,
    `signed by ${kids.length > 0 ? kids.join(', ') : 'nobody yet'}`,
    `last hash ${lastHash}`,
  ];
  if (unread > 0) lines.push(`${unread} records were not opened: whether searches find them was not verified`);
  if (unfinished > 0) lines.push(`${unfinished} numbers were taken by processes that were killed before they wrote them`);
  if (faultCount > 0) lines.push(`${faultCount} faults${faultCount > faults.length ? `, the first ${faults.length}` : ''}:`, ...faults.map(faultLine));
  if (gaps.length > 0) lines.push('gaps:', ...gaps.map(gapLine));
  return [...lines, verdicts[report.verdict]].join('\n');
}

import { useQueryClient } from '@tanstack/react-query';
import { admin, type LedgerReport, reachOf } from '@voiceassist/contracts';
import { ShieldAlert, ShieldCheck } from 'lucide-react';
import { Progress } from 'radix-ui';
import { useState } from 'react';
import { useSession } from '../session/session.ts';
import { dateAndTime } from '../shell/dates.ts';
import { useAction } from '../shell/use-action.ts';
import { ledgerStateKey } from './ledger-state.ts';

const sentences: Record<LedgerReport['verdict'], string> = {
  intact: 'Intact: nothing was changed, removed or slipped in.',
  incomplete: 'Incomplete: nothing was tampered with, but some records never arrived.',
  tampered: 'Tampered with: the ledger contradicts itself.',
};

/** What a verification found, with every fault it names. */
export function Verdict({ report }: { readonly report: LedgerReport }) {
  const { verdict, finishedAt, entries, checkpoints, copies, faultCount, faults, gaps } = report;
  const Icon = verdict === 'intact' ? ShieldCheck : ShieldAlert;
  return (
    <div className={`ledger-verdict ${verdict}`}>
      <p><Icon aria-hidden /><strong>{sentences[verdict]}</strong></p>
      <p className="small">Compared on {dateAndTime(finishedAt)}: {entries.toLocaleString()} records, {checkpoints.toLocaleString()} of the signed checkpoints, {copies === null ? 'none of their copies, which were out of reach' : `${copies.toLocaleString()} of their copies`}.</p>
      {faultCount > 0 && <p>{faultCount} {faultCount === 1 ? 'fault' : 'faults'}:</p>}
      {faults.length > 0 && <ol>{faults.map(({ kind, sequence, checkpoint, explanation }) => <li key={`${kind} ${sequence ?? ''} ${checkpoint ?? ''}`}><strong>{kind}</strong> {explanation}</li>)}</ol>}
      {gaps.length > 0 && <ul>{gaps.map(({ service, run, missingCount, since }) => <li key={`${service} ${run}`}>{missingCount} records of {service} are missing since {dateAndTime(since)}</li>)}</ul>}
    </div>
  );
}

/** Recomputes the chain on the server, and tells how far it is. */
export function Verification({ last }: { readonly last: LedgerReport | null }) {
  const { client, user } = useSession();
  const queries = useQueryClient();
  const [progress, setProgress] = useState<{ entries: number; ofEntries: number } | null>(null);
  const [report, setReport] = useState<LedgerReport | null>(null);
  const { act, problem, busy } = useAction(() => void queries.invalidateQueries({ queryKey: ledgerStateKey }));
  const verify = async () => {
    setReport(null);
    setProgress({ entries: 0, ofEntries: 0 });
    try {
      for await (const step of client.stream(admin.verifyAudit, {})) {
        if (step.type === 'progress') setProgress(step);
        else setReport(step.report);
      }
    } finally {
      setProgress(null);
    }
  };
  const percent = progress && progress.ofEntries > 0 ? Math.floor((progress.entries / progress.ofEntries) * 100) : 0;
  const shown = report ?? last;
  return (
    <div className="verification">
      <div aria-live="polite">{shown && !progress ? <Verdict report={shown} /> : !progress && <p className="quiet">It has not been verified yet.</p>}</div>
      {progress && (
        <div className="progress-line">
          <span className="stage" role="status">Recomputing the chain…</span> <span className="quiet small">{progress.entries.toLocaleString()} of {progress.ofEntries.toLocaleString()}</span>
          <Progress.Root className="progress" value={percent} aria-label="Verification"><Progress.Indicator style={{ width: `${percent}%` }} /></Progress.Root>
        </div>
      )}
      {problem && <p className="problem" role="alert">{problem}</p>}
      {user && reachOf('audit.verify', user) && <div className="row"><button className="primary" disabled={busy} onClick={() => act(verify)}><ShieldCheck aria-hidden />{busy ? 'Verifying…' : 'Verify the ledger'}</button></div>}
    </div>
  );
}

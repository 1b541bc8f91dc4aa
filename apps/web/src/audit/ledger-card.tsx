import { useQuery } from '@tanstack/react-query';
import { admin, reachOf } from '@voiceassist/contracts';
import { useSession } from '../session/session.ts';
import { dateAndTime } from '../shell/dates.ts';
import { LegalHoldForm } from './legal-hold-form.tsx';
import { ledgerStateKey } from './ledger-state.ts';
import { PersonName } from './person-name.tsx';
import { Verification } from './verification.tsx';

/** Whether the record itself can be trusted, and how long it is kept. */
export function LedgerCard() {
  const { client, user } = useSession();
  const { data, error } = useQuery({ queryKey: ledgerStateKey, queryFn: ({ signal }) => client.request(admin.readAuditState, {}, { signal }) });
  if (error) return <p className="problem" role="alert">{error.message}</p>;
  if (!data) return <p role="status">Reading the state of the ledger…</p>;
  const { entries, retentionDays, hold, lastCheckpoint, lastVerification, appendOnlyRole } = data;
  return (
    <section className="card" aria-labelledby="ledger-title">
      <h2 id="ledger-title">The ledger</h2>
      <dl className="facts">
        <div><dt>Records</dt><dd>{entries.toLocaleString()}</dd></div>
        <div><dt>Kept for</dt><dd>{retentionDays.toLocaleString()} days</dd></div>
        <div><dt>Last signed checkpoint</dt><dd>{lastCheckpoint ? <>{dateAndTime(lastCheckpoint.takenAt)} <span className="quiet small">key <code>{lastCheckpoint.kid}</code></span></> : 'none yet'}</dd></div>
        <div><dt>Can the service change records?</dt><dd>{appendOnlyRole ? 'No, its database role may only add' : 'Its database role owns the table; a trigger refuses changes'}</dd></div>
      </dl>
      <Verification last={lastVerification} />
      {hold?.held && <p className="hold"><strong>Legal hold:</strong> nothing is removed, however old. <span dir="auto">“{hold.reason}”</span> <span className="quiet small">Set by <PersonName userId={hold.changedBy} /> on {dateAndTime(hold.changedAt)}</span></p>}
      {user && reachOf('audit.hold', user) && <LegalHoldForm held={hold?.held ?? false} />}
    </section>
  );
}

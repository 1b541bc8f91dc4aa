import { useQuery } from '@tanstack/react-query';
import { emergencyMinutes, kb } from '@voiceassist/contracts';
import { Link } from 'react-router';
import { useSession } from '../session/session.ts';
import { dateAndTime } from '../shell/dates.ts';
import { OpenForm } from './open-form.tsx';
import { useOwnEmergency } from './own-emergency.ts';

/** Opens a collection that is locked for the person, where waiting for the grant would harm a patient. */
export function EmergencyPage() {
  const { client } = useSession();
  const emergency = useOwnEmergency();
  const { data, error, isPending } = useQuery({ queryKey: ['locked-collections'], queryFn: ({ signal }) => client.request(kb.listLockedCollections, {}, { signal }), enabled: !emergency });
  return (
    <div className="settings">
      <h1>Emergency access</h1>
      {emergency && <Opened reason={emergency.reason} endsAt={emergency.endsAt} />}
      {!emergency && (
        <>
          <div className="card warning">
            <h2>Only when a patient would come to harm without it</h2>
            <ul>
              <li>Everything you search, read and ask is recorded and marked as emergency access.</li>
              <li>The privacy officer is told at once, and asks you about it afterwards.</li>
              <li>It opens one collection, for this sign-in only, and ends after {emergencyMinutes} minutes. You can end it sooner.</li>
            </ul>
          </div>
          {error && <p className="problem" role="alert">{error.message}</p>}
          {isPending && <p role="status">Reading what is locked…</p>}
          {data?.collections.length === 0 && <p className="card">Nothing is locked for you: you can already read every collection.</p>}
          {data && data.collections.length > 0 && <OpenForm collections={data.collections} />}
        </>
      )}
    </div>
  );
}

function Opened({ reason, endsAt }: { readonly reason: string; readonly endsAt: string }) {
  return (
    <section className="card" aria-labelledby="opened-title">
      <h2 id="opened-title">It is open until {dateAndTime(endsAt)}</h2>
      <p>Your reason: <q dir="auto">{reason}</q></p>
      <p className="quiet">Your questions now search this collection too. End it in the bar above as soon as you no longer need it.</p>
      <div className="row"><Link className="button primary" to="/">Ask a question</Link><Link className="button" to="/documents">Open its documents</Link></div>
    </section>
  );
}

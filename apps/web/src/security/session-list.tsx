import { useQuery, useQueryClient } from '@tanstack/react-query';
import { auth } from '@voiceassist/contracts';
import { Monitor } from 'lucide-react';
import { useSession } from '../session/session.ts';
import { dateAndTime } from '../shell/dates.ts';
import { useAction } from '../shell/use-action.ts';

/** Where the person is signed in; every place but this one can be signed out from here. */
export function SessionList() {
  const { client } = useSession();
  const queries = useQueryClient();
  const { act, problem, busy } = useAction(() => void queries.invalidateQueries({ queryKey: ['sessions'] }));
  const { data, error } = useQuery({ queryKey: ['sessions'], queryFn: ({ signal }) => client.request(auth.listSessions, {}, { signal }) });
  return (
    <section className="card" aria-labelledby="sessions-title">
      <h2 id="sessions-title">Where you are signed in</h2>
      {(problem ?? error) && <p className="problem" role="alert">{problem ?? error?.message}</p>}
      <ul className="things">
        {data?.sessions.map(({ sessionId, device, createdAt, lastUsedAt, current, station }) => (
          <li key={sessionId}>
            <Monitor aria-hidden />
            <div className="grow">
              <strong>{device ?? 'Unknown device'}</strong> {current && <span className="badge">this one</span>} {station === 'shared' && <span className="badge off">shared</span>}
              <p className="quiet small">Signed in {dateAndTime(createdAt)} · last used {dateAndTime(lastUsedAt)}</p>
            </div>
            {!current && <button disabled={busy} aria-label={`Sign out ${device ?? 'unknown device'}, signed in ${dateAndTime(createdAt)}`} onClick={() => act(() => client.request(auth.endSession, { sessionId }))}>Sign out</button>}
          </li>
        ))}
      </ul>
    </section>
  );
}

import { useQuery } from '@tanstack/react-query';
import { auth, type LinkKind } from '@voiceassist/contracts';
import { Link2 } from 'lucide-react';
import { useState } from 'react';
import { useSession } from '../session/session.ts';
import { dateAndTime } from '../shell/dates.ts';
import { useAction } from '../shell/use-action.ts';

const kinds: Record<LinkKind, string> = { invitation: 'Invitation', 'password-reset': 'New password', verification: 'Proof of address' };

/** Links that no mail has carried, to be handed over by the administrator. */
export function PendingLinks() {
  const { client } = useSession();
  const { act, problem, busy } = useAction();
  const [shown, setShown] = useState<{ linkId: string; url: string; expiresAt: string } | null>(null);
  const { data } = useQuery({ queryKey: ['links'], queryFn: ({ signal }) => client.request(auth.listPendingLinks, {}, { signal }), refetchInterval: 5_000 });
  if (!data || data.links.length === 0) return null;
  const reveal = (linkId: string) => act(async () => setShown({ linkId, ...(await client.request(auth.revealLink, { linkId })) }));
  return (
    <section className="card" aria-labelledby="links-title">
      <h2 id="links-title">Links to hand over</h2>
      <p className="quiet">{data.mail === 'off' ? 'No mail server is set, so that you hand these over yourself.' : 'These could not be mailed.'}</p>
      {problem && <p className="problem" role="alert">{problem}</p>}
      <ul className="things">
        {data.links.map(({ linkId, kind, email }) => (
          <li key={linkId}>
            <Link2 aria-hidden />
            <div className="grow">
              <strong>{email}</strong> <span className="quiet small">{kinds[kind]}</span>
              {shown?.linkId === linkId && <p className="small"><code className="secret">{shown.url}</code> <span className="quiet">good until {dateAndTime(shown.expiresAt)}</span></p>}
            </div>
            <button disabled={busy} aria-label={`Show the link for ${email}`} onClick={() => reveal(linkId)}>Show</button>
          </li>
        ))}
      </ul>
    </section>
  );
}

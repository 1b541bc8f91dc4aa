import { useQuery, useQueryClient } from '@tanstack/react-query';
import { auth } from '@voiceassist/contracts';
import { Link2 } from 'lucide-react';
import { leaveForProvider } from '../session/provider-errand.ts';
import { useSession } from '../session/session.ts';
import { dateAndTime } from '../shell/dates.ts';
import { useAction } from '../shell/use-action.ts';

/** Accounts at identity providers that open this account; linking one asks for a fresh second factor. */
export function IdentityList() {
  const { client } = useSession();
  const queries = useQueryClient();
  const { act, problem, busy } = useAction(() => void queries.invalidateQueries({ queryKey: ['identities'] }));
  const { data: known } = useQuery({ queryKey: ['providers'], staleTime: Infinity, queryFn: ({ signal }) => client.request(auth.listProviders, {}, { signal }) });
  const { data, error } = useQuery({ queryKey: ['identities'], queryFn: ({ signal }) => client.request(auth.listIdentities, {}, { signal }) });
  const link = (providerId: string) => act(async () => {
    const { authorizationUrl, ticket } = await client.request(auth.beginIdentityLink, { providerId });
    leaveForProvider({ providerId, ticket, purpose: 'link' }, authorizationUrl);
  });
  const identities = data?.identities ?? [];
  const providers = known?.providers ?? [];
  if (identities.length + providers.length === 0) return null;
  return (
    <section className="card" aria-labelledby="identities-title">
      <h2 id="identities-title">Single sign-on</h2>
      {(problem ?? error) && <p className="problem" role="alert">{problem ?? error?.message}</p>}
      {identities.length === 0 && <p className="quiet">No account of a provider is linked to yours.</p>}
      <ul className="things">
        {identities.map(({ identityId, label, linkedAt, lastUsedAt }) => (
          <li key={identityId}>
            <Link2 aria-hidden />
            <div className="grow">
              <strong>{label}</strong>
              <p className="quiet small">Linked {dateAndTime(linkedAt)}{lastUsedAt && ` · last used ${dateAndTime(lastUsedAt)}`}</p>
            </div>
            <button disabled={busy} aria-label={`Unlink ${label}, linked ${dateAndTime(linkedAt)}`} onClick={() => act(() => client.request(auth.unlinkIdentity, { identityId }))}>Unlink</button>
          </li>
        ))}
      </ul>
      <div className="row">
        {providers.map(({ providerId, label }) => <button key={providerId} disabled={busy} onClick={() => link(providerId)}>{identities.some((identity) => identity.providerId === providerId) ? 'Link another' : 'Link'} {label}</button>)}
      </div>
    </section>
  );
}

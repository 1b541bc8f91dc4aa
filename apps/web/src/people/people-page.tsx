import { useQuery, useQueryClient } from '@tanstack/react-query';
import { reachOf, users } from '@voiceassist/contracts';
import { useState } from 'react';
import { useSession } from '../session/session.ts';
import { InviteForm } from './invite-form.tsx';
import { PendingLinks } from './pending-links.tsx';
import { PersonRow } from './person-row.tsx';

const pageSize = 50;

/** Who has an account; administrators invite, change roles, unlock and deactivate. */
export function PeoplePage() {
  const { client, user } = useSession();
  const queries = useQueryClient();
  const [page, setPage] = useState(1);
  const { data, error, isPending } = useQuery({ queryKey: ['people', page], queryFn: ({ signal }) => client.request(users.listUsers, { page, pageSize }, { signal }) });
  const canChange = user !== null && reachOf('people.change', user) !== undefined;
  const refresh = () => {
    void queries.invalidateQueries({ queryKey: ['people'] });
    void queries.invalidateQueries({ queryKey: ['links'] });
  };
  return (
    <div className="people">
      <h1>People</h1>
      {canChange && <InviteForm onInvited={refresh} />}
      {canChange && <PendingLinks />}
      {error && <p className="problem" role="alert">{error.message}</p>}
      {isPending && <p role="status">Reading the list…</p>}
      {data && (
        <section className="card" aria-labelledby="people-title">
          <h2 id="people-title">{data.pagination.totalItems} {data.pagination.totalItems === 1 ? 'account' : 'accounts'}</h2>
          <ul className="things">{data.items.map((person) => <PersonRow key={person.userId} person={person} canChange={canChange} onChanged={refresh} />)}</ul>
        </section>
      )}
      {data && data.pagination.totalPages > 1 && (
        <nav className="pages" aria-label="Pages">
          <button disabled={page <= 1} onClick={() => setPage(page - 1)}>Back</button>
          <span>Page {page} of {data.pagination.totalPages}</span>
          <button disabled={page >= data.pagination.totalPages} onClick={() => setPage(page + 1)}>On</button>
        </nav>
      )}
    </div>
  );
}

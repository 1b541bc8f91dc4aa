import { useQuery, useQueryClient } from '@tanstack/react-query';
import { kb, reachOf } from '@voiceassist/contracts';
import { useState } from 'react';
import { useSession } from '../session/session.ts';
import { CollectionRow } from './collection-row.tsx';
import { CreateForm } from './create-form.tsx';

const pageSize = 50;

/** Which collections there are, and who may read each. */
export function CollectionsPage() {
  const { client, user } = useSession();
  const queries = useQueryClient();
  const [page, setPage] = useState(1);
  const { data, error, isPending } = useQuery({ queryKey: ['collections', page], queryFn: ({ signal }) => client.request(kb.listCollections, { page, pageSize }, { signal }) });
  const refresh = () => void queries.invalidateQueries({ queryKey: ['collections'] });
  return (
    <div className="people">
      <h1>Collections</h1>
      <p className="quiet">Answers are made only from collections that the person asking may read. Administrators read all of them.</p>
      {error && <p className="problem" role="alert">{error.message}</p>}
      {isPending && <p role="status">Reading the list…</p>}
      {data && (
        <section className="card" aria-labelledby="collections-title">
          <h2 id="collections-title">{data.pagination.totalItems} {data.pagination.totalItems === 1 ? 'collection' : 'collections'}</h2>
          <ul className="things">{data.items.map((collection) => <CollectionRow key={collection.collectionId} collection={collection} onChanged={refresh} />)}</ul>
        </section>
      )}
      {data && data.pagination.totalPages > 1 && (
        <nav className="pages" aria-label="Pages">
          <button disabled={page <= 1} onClick={() => setPage(page - 1)}>Back</button>
          <span>Page {page} of {data.pagination.totalPages}</span>
          <button disabled={page >= data.pagination.totalPages} onClick={() => setPage(page + 1)}>On</button>
        </nav>
      )}
      {user && reachOf('collections.create', user) && <CreateForm onCreated={refresh} />}
    </div>
  );
}

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { auth } from '@voiceassist/contracts';
import { useState } from 'react';
import { useSession } from '../session/session.ts';
import { ReviewRow } from './review-row.tsx';
import { emergenciesKey } from './waiting.ts';

const pageSize = 20;

/** Every emergency access there was; what waits for a judgement stands first. */
export function ReviewPage() {
  const { client } = useSession();
  const queries = useQueryClient();
  const [page, setPage] = useState(1);
  const { data, error, isPending } = useQuery({ queryKey: [...emergenciesKey, page], queryFn: ({ signal }) => client.request(auth.listEmergencies, { page, pageSize }, { signal }) });
  const refresh = () => void queries.invalidateQueries({ queryKey: emergenciesKey });
  return (
    <div className="settings">
      <h1>Emergency access: review</h1>
      <p className="quiet">Who opened a locked collection, and why. Look at what was done in the audit, ask the person, and say whether it was justified. Nobody judges their own.</p>
      {error && <p className="problem" role="alert">{error.message}</p>}
      {isPending && <p role="status">Reading the list…</p>}
      {data?.items.length === 0 && <p className="card">Nobody has used emergency access yet.</p>}
      <ul className="reviews">
        {data?.items.map((emergency) => <ReviewRow key={emergency.emergencyId} emergency={emergency} onChanged={refresh} />)}
      </ul>
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

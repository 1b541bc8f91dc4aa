import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { admin, reachOf } from '@voiceassist/contracts';
import { useSearchParams } from 'react-router';
import { useSession } from '../session/session.ts';
import { Exports } from './exports.tsx';
import { FilterForm } from './filter-form.tsx';
import { addressOf, type AuditFilter, filterOf } from './filter.ts';
import { LedgerCard } from './ledger-card.tsx';
import { RecordRow } from './record-row.tsx';

const pageSize = 50;

/** Who did what, when, and how it went; filter and page stand in the address, so that they can be passed on. */
export function AuditPage() {
  const { client, user } = useSession();
  const [parameters, setParameters] = useSearchParams();
  const filter = filterOf(parameters);
  const address = addressOf(filter).toString();
  const page = Math.max(Number.parseInt(parameters.get('page') ?? '1', 10) || 1, 1);
  const { data, error, isPending, isPlaceholderData } = useQuery({
    queryKey: ['audit-search', address, page], queryFn: ({ signal }) => client.request(admin.searchAudit, { ...filter, page, pageSize }, { signal }), placeholderData: keepPreviousData,
  });
  const show = (wanted: AuditFilter, wantedPage = 1) => {
    const next = addressOf(wanted);
    if (wantedPage > 1) next.set('page', String(wantedPage));
    setParameters(next);
  };
  const { totalItems = 0, totalPages = 0 } = data?.pagination ?? {};
  return (
    <div className="people">
      <h1>Audit</h1>
      <LedgerCard />
      <FilterForm key={address} filter={filter} onChange={(wanted) => show(wanted)} />
      {error && <p className="problem" role="alert">{error.message}</p>}
      {isPending && <p role="status">Searching…</p>}
      {data && (
        <section className="card" aria-labelledby="records-title" aria-busy={isPlaceholderData}>
          <div className="row">
            <h2 id="records-title" className="grow"><span role="status">{totalItems.toLocaleString()} {totalItems === 1 ? 'record' : 'records'}</span></h2>
            {user && reachOf('audit.export', user) && totalItems > 0 && <Exports filter={filter} />}
          </div>
          <ul className="records">{data.items.map((record) => <RecordRow key={record.auditId} record={record} />)}</ul>
        </section>
      )}
      {totalPages > 1 && (
        <nav className="pages" aria-label="Pages">
          <button disabled={page <= 1} onClick={() => show(filter, page - 1)}>Newer</button>
          <span>Page {page} of {totalPages.toLocaleString()}</span>
          <button disabled={page >= totalPages} onClick={() => show(filter, page + 1)}>Older</button>
        </nav>
      )}
    </div>
  );
}

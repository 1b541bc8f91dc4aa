import { useQuery, useQueryClient } from '@tanstack/react-query';
import { kb } from '@voiceassist/contracts';
import { useState } from 'react';
import { useSession } from '../session/session.ts';
import { DocumentRow } from './document-row.tsx';
import { UploadForm } from './upload-form.tsx';

export const documentsKey = ['documents'] as const;
const pageSize = 50;

export function DocumentsPage() {
  const { client, user } = useSession();
  const queries = useQueryClient();
  const [page, setPage] = useState(1);
  const { data, error, isPending } = useQuery({ queryKey: [...documentsKey, page], queryFn: ({ signal }) => client.request(kb.listDocuments, { page, pageSize }, { signal }) });
  const { data: collections } = useQuery({ queryKey: ['collections'], queryFn: ({ signal }) => client.request(kb.listCollections, { pageSize: 100 }, { signal }) });
  const isAdministrator = user?.roles.includes('admin') ?? false;
  const refresh = () => void queries.invalidateQueries({ queryKey: documentsKey });
  const nameOf = new Map(collections?.items.map((each) => [each.collectionId, each]));

  return (
    <div className="documents">
      <h1>Documents</h1>
      {isAdministrator && <UploadForm collections={collections?.items ?? []} onAccepted={refresh} />}
      {error && <p className="problem" role="alert">{error.message}</p>}
      {isPending && <p role="status">Reading the list…</p>}
      {data?.items.length === 0 && <p className="quiet">There is nothing here yet.</p>}
      <ul className="document-list">
        {data?.items.map((document) => (
          <DocumentRow key={document.documentId} document={document} collection={nameOf.get(document.collectionId)} canChange={isAdministrator} onChanged={refresh} />
        ))}
      </ul>
      {data && data.pagination.totalPages > 1 && (
        <nav className="pages" aria-label="Pages">
          <button disabled={page <= 1} onClick={() => setPage(page - 1)}>Newer</button>
          <span>Page {page} of {data.pagination.totalPages}</span>
          <button disabled={page >= data.pagination.totalPages} onClick={() => setPage(page + 1)}>Older</button>
        </nav>
      )}
    </div>
  );
}

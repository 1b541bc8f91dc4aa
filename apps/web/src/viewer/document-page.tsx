import { useQuery } from '@tanstack/react-query';
import { kb } from '@voiceassist/contracts';
import { useParams, useSearchParams } from 'react-router';
import { useSession } from '../session/session.ts';
import { DocumentViewer } from './document-viewer.tsx';

/** A document on its own page; `?page=` opens it there, `?start=&end=` mark a range of a text document. */
export function DocumentPage() {
  const { documentId = '' } = useParams();
  const [query] = useSearchParams();
  const { client } = useSession();
  const { data } = useQuery({ queryKey: ['document', documentId], queryFn: ({ signal }) => client.request(kb.readDocument, { documentId }, { signal }) });
  const number = (name: string, fallback: number) => Number(query.get(name)) || fallback;
  return (
    <div className="document-page">
      <h1 dir="auto">{data?.title ?? 'Document'}</h1>
      <DocumentViewer documentId={documentId} page={number('page', 1)} quote={query.get('quote') ?? undefined} range={{ start: number('start', 0), end: number('end', 0) }} />
    </div>
  );
}

import { useQuery } from '@tanstack/react-query';
import { kb } from '@voiceassist/contracts';
import { useSession } from '../session/session.ts';
import { PdfViewer } from './pdf-viewer.tsx';
import { TextViewer } from './text-viewer.tsx';

interface DocumentViewerProps {
  readonly documentId: string;
  readonly page: number;
  readonly quote?: string;
  readonly range?: { readonly start: number; readonly end: number };
}

/** Shows a document at a page with a passage marked, in whatever way its type allows. */
export function DocumentViewer({ documentId, page, quote, range }: DocumentViewerProps) {
  const { client } = useSession();
  const { data, error } = useQuery({ queryKey: ['document', documentId], queryFn: ({ signal }) => client.request(kb.readDocument, { documentId }, { signal }) });
  if (error) return <p className="problem" role="alert">{error.message}</p>;
  if (!data) return <p className="centred" role="status">Opening…</p>;
  return data.contentType === 'application/pdf'
    ? <PdfViewer documentId={documentId} title={data.title} page={page} quote={quote} />
    : <TextViewer documentId={documentId} page={page} range={range} />;
}

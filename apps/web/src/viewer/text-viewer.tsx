import { useQuery } from '@tanstack/react-query';
import { kb } from '@voiceassist/contracts';
import { useEffect, useRef, useState } from 'react';
import { useSession } from '../session/session.ts';
import { PageBar } from './page-bar.tsx';

interface TextViewerProps {
  readonly documentId: string;
  readonly page: number;
  /** Half-open range of UTF-16 code units to mark. */
  readonly range?: { readonly start: number; readonly end: number };
}

export function TextViewer({ documentId, page: wantedPage, range }: TextViewerProps) {
  const { client } = useSession();
  const [page, setPage] = useState(wantedPage);
  const { data, error } = useQuery({ queryKey: ['page', documentId, page], queryFn: ({ signal }) => client.request(kb.readPage, { documentId, page }, { signal }) });
  const mark = useRef<HTMLElement>(null);
  useEffect(() => setPage(wantedPage), [documentId, wantedPage, range?.start]);
  useEffect(() => {
    void mark.current?.scrollIntoView({ block: 'center' });
  }, [data, range?.start]);
  if (error) return <p className="problem" role="alert">{error.message}</p>;
  if (!data) return <p className="centred" role="status">Opening…</p>;
  const { start = 0, end = 0 } = page === wantedPage ? (range ?? {}) : {};
  return (
    <>
      {data.pageCount > 1 && <PageBar page={page} pages={data.pageCount} onChange={setPage} />}
      <div className="text-page" dir="auto" tabIndex={0}>
        {data.text.slice(0, start)}
        {end > start && <mark ref={mark}>{data.text.slice(start, end)}</mark>}
        {data.text.slice(end)}
      </div>
    </>
  );
}

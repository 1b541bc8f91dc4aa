import { useQuery } from '@tanstack/react-query';
import { kb } from '@voiceassist/contracts';
import { useEffect, useRef, useState } from 'react';
import { useSession } from '../session/session.ts';
import { highlight } from './highlight.ts';
import { PageBar } from './page-bar.tsx';
import { drawPage, openPdf } from './pdf.ts';

interface PdfViewerProps {
  readonly documentId: string;
  readonly title: string;
  /** Page to show first, counted from 1. */
  readonly page: number;
  /** Words to mark on that page. */
  readonly quote?: string;
}

type Found = 'looking' | 'found' | 'not-found';

export function PdfViewer({ documentId, title, page: wantedPage, quote }: PdfViewerProps) {
  const { client } = useSession();
  const { data: pdf, error } = useQuery({
    queryKey: ['pdf', documentId],
    queryFn: async ({ signal }) => openPdf(await client.download(kb.downloadDocument, { documentId }, { signal })),
    staleTime: 60_000, gcTime: 60_000, structuralSharing: false,
  });
  const [page, setPage] = useState(wantedPage);
  const [found, setFound] = useState<Found>('looking');
  const [problem, setProblem] = useState<string | null>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const text = useRef<HTMLDivElement>(null);
  const marks = useRef<HTMLDivElement>(null);

  useEffect(() => setPage(wantedPage), [documentId, wantedPage, quote]);
  useEffect(() => {
    const sheet = canvas.current?.parentElement;
    if (!pdf || !sheet || !canvas.current || !text.current) return;
    const aborted = new AbortController();
    setFound('looking');
    marks.current?.replaceChildren();
    drawPage(pdf, page, { canvas: canvas.current, text: text.current, width: sheet.clientWidth, signal: aborted.signal }).then(
      (drawn) => {
        if (!drawn || !marks.current || !quote || page !== wantedPage) return;
        setFound(highlight(drawn, quote, marks.current) ? 'found' : 'not-found');
      },
      () => setProblem('This page cannot be drawn.'),
    );
    return () => aborted.abort();
  }, [pdf, page, wantedPage, quote]);

  if (error) return <p className="problem" role="alert">{error.message}</p>;
  const pages = pdf?.numPages ?? 0;
  return (
    <div className="pdf" data-found={found}>
      <PageBar page={page} pages={pages} onChange={setPage} />
      {problem && <p className="problem" role="alert">{problem}</p>}
      {found === 'not-found' && <p className="quiet small">The quoted words could not be located on this page, so nothing is highlighted.</p>}
      <div className="sheet" role="document" aria-label={`${title}, page ${page}`} tabIndex={0}>
        <canvas ref={canvas} aria-hidden />
        <div ref={marks} className="marks" aria-hidden />
        <div ref={text} className="textLayer" />
      </div>
    </div>
  );
}

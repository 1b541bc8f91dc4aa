import type { Citation } from '@voiceassist/contracts';
import { X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Link } from 'react-router';
import { DocumentViewer } from './document-viewer.tsx';

interface EvidencePaneProps {
  readonly citation: Citation;
  readonly onClose: () => void;
}

/** The proof beside the answer: the original at the page, with the passage marked. */
export function EvidencePane({ citation, onClose }: EvidencePaneProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
  }, [citation.passageId]);
  return (
    <aside className="evidence" aria-label="Source">
      <header>
        <h2 ref={heading} tabIndex={-1} dir="auto"><span className="number">{citation.number}</span> {citation.documentTitle}</h2>
        <button className="icon" aria-label="Close the source" onClick={onClose}><X /></button>
      </header>
      <p className="quiet small">
        Page {citation.page}{citation.heading ? ` · ${citation.heading}` : ''} · version {citation.documentVersion} ·{' '}
        <Link to={`/documents/${citation.documentId}?page=${citation.page}`}>open the document</Link>
      </p>
      <DocumentViewer documentId={citation.documentId} page={citation.page} quote={citation.quote} range={citation.range} />
    </aside>
  );
}

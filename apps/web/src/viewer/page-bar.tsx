import { ChevronLeft, ChevronRight } from 'lucide-react';

interface PageBarProps {
  readonly page: number;
  /** 0 while the document is still being opened. */
  readonly pages: number;
  readonly onChange: (page: number) => void;
}

/** Turns the pages of a document, counted from 1. */
export function PageBar({ page, pages, onChange }: PageBarProps) {
  return (
    <div className="pdf-bar" role="toolbar" aria-label="Pages">
      <button className="icon" aria-label="Previous page" disabled={page <= 1} onClick={() => onChange(page - 1)}><ChevronLeft /></button>
      <span aria-live="polite">{pages > 0 ? `Page ${page} of ${pages}` : 'Opening…'}</span>
      <button className="icon" aria-label="Next page" disabled={page >= pages} onClick={() => onChange(page + 1)}><ChevronRight /></button>
    </div>
  );
}

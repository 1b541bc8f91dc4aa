import type { Citation } from '@voiceassist/contracts';
import { memo } from 'react';
import Markdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { citationMarkers, markerPrefix } from './citation-markers.ts';

interface AnswerProps {
  readonly content: string;
  readonly citations: readonly Citation[];
  readonly onOpen: (citation: Citation) => void;
}

/**
 * Draws an answer. Model output is inert: raw HTML stays text, pictures are not fetched, and a link is shown with its
 * address and opens only when the person clicks it.
 */
export const Answer = memo(function Answer({ content, citations, onOpen }: AnswerProps) {
  const components: Components = {
    img: ({ alt }) => <span>{alt}</span>,
    a: ({ href = '', children }) => {
      if (!href.startsWith(markerPrefix)) return <a href={href} target="_blank" rel="noopener noreferrer nofollow">{children}</a>;
      const number = Number(href.slice(markerPrefix.length));
      const citation = citations.find((each) => each.number === number);
      if (!citation) return null;
      return <button className="marker" aria-label={`Source ${number}: ${citation.documentTitle}, page ${citation.page}`} title={`${citation.documentTitle}, page ${citation.page}`} onClick={() => onOpen(citation)}>{number}</button>;
    },
  };
  return <div className="answer" dir="auto"><Markdown remarkPlugins={[remarkGfm, citationMarkers]} components={components} urlTransform={safeUrl}>{content}</Markdown></div>;
});

function safeUrl(url: string): string {
  return url.startsWith(markerPrefix) || /^https?:\/\//i.test(url) ? url : '';
}

import type { Citation } from '@voiceassist/contracts';
import { ChevronDown } from 'lucide-react';
import { Collapsible } from 'radix-ui';
import { useState } from 'react';

interface SourcesProps {
  readonly citations: readonly Citation[];
  readonly opened: Citation | null;
  readonly onOpen: (citation: Citation) => void;
}

/** Narrow screens begin with the sources folded, wide ones with them open. */
const startsOpen = () => window.matchMedia('(min-width: 48rem)').matches;

export function Sources({ citations, opened, onOpen }: SourcesProps) {
  const [open, setOpen] = useState(startsOpen);
  return (
    <Collapsible.Root className="sources" open={open} onOpenChange={setOpen}>
      <Collapsible.Trigger className="plain"><ChevronDown aria-hidden />{citations.length === 1 ? '1 source' : `${citations.length} sources`}</Collapsible.Trigger>
      <Collapsible.Content asChild>
        <ol>
          {citations.map((citation) => (
            <li key={citation.number} value={citation.number}>
              <button className="source" aria-current={opened?.passageId === citation.passageId} onClick={() => onOpen(citation)}>
                <span className="number">{citation.number}</span>
                <strong dir="auto">{citation.documentTitle}</strong>
                <span className="quiet">page {citation.page}{citation.heading ? ` · ${citation.heading}` : ''}</span>
                <q dir="auto">{citation.quote}</q>
              </button>
            </li>
          ))}
        </ol>
      </Collapsible.Content>
    </Collapsible.Root>
  );
}

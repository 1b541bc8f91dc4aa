import { ApiError, type Collection, type Document, type IndexingProgress, kb } from '@voiceassist/contracts';
import { RotateCcw, Square, Trash2 } from 'lucide-react';
import { Progress } from 'radix-ui';
import { useState } from 'react';
import { Link } from 'react-router';
import { useSession } from '../session/session.ts';
import { useProgress } from './use-progress.ts';

interface DocumentRowProps {
  readonly document: Document;
  readonly collection?: Collection;
  readonly canChange: boolean;
  readonly onChanged: () => void;
}

const stageNames: Record<Document['stage'], string> = {
  queued: 'Waiting', extracting: 'Reading the pages', chunking: 'Cutting into passages', embedding: 'Encoding', indexing: 'Indexing', ready: 'Ready', failed: 'Failed', cancelled: 'Cancelled',
};

function describe({ report, sizeBytes }: Document): string {
  const size = sizeBytes < 1e6 ? `${Math.ceil(sizeBytes / 1e3)} kB` : `${(sizeBytes / 1e6).toFixed(1)} MB`;
  if (!report) return size;
  const unread = report.pagesWithoutText.length;
  return `${size} · ${report.pages} ${report.pages === 1 ? 'page' : 'pages'} · ${report.passages} passages${unread > 0 ? ` · ${unread} without text (${report.pagesWithoutText.join(', ')})` : ''}`;
}

export function DocumentRow({ document, collection, canChange, onChanged }: DocumentRowProps) {
  const progress = useProgress(document, onChanged);
  const failure = progress.failure ?? document.failure;
  return (
    <li className="document">
      <div className="grow">
        {progress.stage === 'ready' ? <Link to={`/documents/${document.documentId}`} dir="auto">{document.title}</Link> : <strong dir="auto">{document.title}</strong>}
        <span className="quiet small"> {collection?.name} · {describe(document)}</span>
        <ProgressLine progress={progress} />
        {failure && <p className="problem" role="alert">{failure.message} <code>{failure.code}</code></p>}
        {document.report?.warnings.map((warning) => <p key={warning} className="quiet small">{warning}</p>)}
      </div>
      {canChange && <Actions document={document} stage={progress.stage} onChanged={onChanged} />}
    </li>
  );
}

function ProgressLine({ progress: { stage, progress, detail } }: { readonly progress: IndexingProgress }) {
  if (stage === 'ready' || stage === 'failed' || stage === 'cancelled') return <span className={`stage ${stage}`}>{stageNames[stage]}</span>;
  const percent = Math.round(progress * 100);
  return (
    <div className="progress-line" role="status">
      <span className="stage">{stageNames[stage]}{detail ? ` · ${detail}` : ''} · {percent} %</span>
      <Progress.Root className="progress" value={percent}><Progress.Indicator style={{ width: `${percent}%` }} /></Progress.Root>
    </div>
  );
}

function Actions({ document: { documentId, title }, stage, onChanged }: { readonly document: Document; readonly stage: Document['stage']; readonly onChanged: () => void }) {
  const { client } = useSession();
  const [problem, setProblem] = useState<string | null>(null);
  const act = (work: Promise<unknown>) => void work.then(onChanged, (error: unknown) => setProblem(error instanceof ApiError ? error.message : 'That failed.'));
  const isFinal = stage === 'ready' || stage === 'failed' || stage === 'cancelled';
  return (
    <div className="actions">
      {problem && <span className="problem" role="alert">{problem}</span>}
      {!isFinal && <button className="icon" aria-label={`Cancel ${title}`} onClick={() => act(client.request(kb.cancelDocument, { documentId }))}><Square /></button>}
      {(stage === 'failed' || stage === 'cancelled') && <button className="icon" aria-label={`Try ${title} again`} onClick={() => act(client.request(kb.retryDocument, { documentId }))}><RotateCcw /></button>}
      <button
        className="icon"
        aria-label={`Delete ${title}`}
        onClick={() => window.confirm(`Delete “${title}” with all its passages?`) && act(client.request(kb.deleteDocument, { documentId }))}
      >
        <Trash2 />
      </button>
    </div>
  );
}

import { type Document, type IndexingProgress, kb } from '@voiceassist/contracts';
import { useEffect, useRef, useState } from 'react';
import { useSession } from '../session/session.ts';

const isFinal = (stage: Document['stage']) => stage === 'ready' || stage === 'failed' || stage === 'cancelled';
const retryPauseMs = 2_000;

/** Follows an ingestion live until it ends, through lost connections, and tells when it has ended. */
export function useProgress(document: Document, onEnded: () => void): IndexingProgress {
  const { client } = useSession();
  const { documentId, stage, progress, failure, updatedAt } = document;
  const [live, setLive] = useState<IndexingProgress | null>(null);
  const ended = useRef(onEnded);
  ended.current = onEnded;

  useEffect(() => {
    if (isFinal(stage)) return setLive(null);
    const aborted = new AbortController();
    const follow = async () => {
      let latest: Document['stage'] = stage;
      while (!aborted.signal.aborted && !isFinal(latest)) {
        try {
          for await (const item of client.stream(kb.watchDocument, { documentId }, { signal: aborted.signal })) {
            latest = item.stage;
            setLive(item);
          }
        } catch {
          await new Promise((resolve) => setTimeout(resolve, retryPauseMs));
        }
      }
      if (!aborted.signal.aborted) ended.current();
    };
    void follow();
    return () => aborted.abort();
  }, [client, documentId, stage]);

  return live ?? { documentId, stage, progress, failure, updatedAt };
}

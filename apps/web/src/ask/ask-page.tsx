import type { Citation } from '@voiceassist/contracts';
import { rag } from '@voiceassist/contracts';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useMatch } from 'react-router';
import { useSession } from '../session/session.ts';
import { Composer } from './composer.tsx';
import { TurnView } from './turn-view.tsx';
import { useConversation } from './use-conversation.ts';

const EvidencePane = lazy(() => import('../viewer/evidence-pane.tsx').then(({ EvidencePane }) => ({ default: EvidencePane })));
const suggestions = ['How long should hands be washed with soap and water?', 'What is done after an unwitnessed fall?', 'At which temperature are refrigerated vaccines kept?'];

export function AskPage() {
  const conversationId = useMatch('/c/:conversationId')?.params.conversationId;
  const { client } = useSession();
  const { turns, connectivity, problem, ask, stop } = useConversation(conversationId);
  const [opened, setOpened] = useState<Citation | null>(null);
  const { data: model } = useQuery({ queryKey: ['model'], queryFn: () => client.request(rag.describeModel, {}), staleTime: Infinity });
  const end = useRef<HTMLDivElement>(null);
  const last = turns.at(-1);

  useEffect(() => setOpened(null), [conversationId]);
  useEffect(() => {
    // newer browsers answer a promise here, which React would take for a clean-up
    void end.current?.scrollIntoView({ block: 'end' });
  }, [last?.content.length, turns.length]);

  return (
    <div className={opened ? 'ask with-evidence' : 'ask'} onKeyDown={({ key }) => key === 'Escape' && setOpened(null)}>
      <section className="thread" aria-label="Conversation">
        <div className="turns">
          {problem && <p className="problem" role="alert">{problem}</p>}
          {turns.length === 0 && !problem && <Welcome onPick={ask} />}
          {turns.map((turn) => <TurnView key={turn.clientMessageId} turn={turn} opened={opened} onOpen={setOpened} />)}
          <div ref={end} />
        </div>
        <Composer connectivity={connectivity} running={last?.state === 'answering' ? last.messageId : null} onAsk={ask} onStop={stop} />
        {model && <p className="quiet small notice">{model.notice} Decision support: check the source before you act.</p>}
      </section>
      {opened && (
        <Suspense fallback={<aside className="evidence"><p className="centred" role="status">Opening the source…</p></aside>}>
          <EvidencePane citation={opened} onClose={() => setOpened(null)} />
        </Suspense>
      )}
    </div>
  );
}

function Welcome({ onPick }: { readonly onPick: (question: string) => void }) {
  return (
    <div className="welcome">
      <h1>Ask your guidelines</h1>
      <p className="quiet">Each answer quotes your documents and opens them at the page. If they do not say it, you will be told.</p>
      <ul>
        {suggestions.map((question) => <li key={question}><button onClick={() => onPick(question)}>{question}</button></li>)}
      </ul>
    </div>
  );
}

import type { Citation } from '@voiceassist/contracts';
import { Answer } from './answer.tsx';
import { Sources } from './sources.tsx';
import type { Turn } from './turns.ts';

interface TurnViewProps {
  readonly turn: Turn;
  readonly opened: Citation | null;
  readonly onOpen: (citation: Citation) => void;
}

const stageNames: Record<string, string> = {
  screening: 'Reading the question…', retrieving: 'Searching the documents…', reading: 'Reading the passages…', answering: 'Answering…', verifying: 'Checking each sentence…',
};
const verdictNames = { supported: 'Each sentence found in its source', partly: 'Not every sentence could be confirmed in its source', abstained: 'Not in your sources' };

function stateText({ state, stage }: Turn): string | null {
  if (state === 'asking') return 'Sending…';
  if (state === 'answering') return stageNames[stage ?? ''] ?? 'Answering…';
  return state === 'stopped' ? 'Stopped.' : null;
}

export function TurnView({ turn, opened, onOpen }: TurnViewProps) {
  const status = stateText(turn);
  return (
    <article className="turn" aria-busy={turn.state === 'answering'}>
      <h2 className="question">{turn.question}</h2>
      {turn.content && <Answer content={turn.content} citations={turn.citations} onOpen={onOpen} />}
      {status && <p className="quiet" role="status">{status}</p>}
      {turn.problem && <p className="problem" role="alert">{turn.problem}</p>}
      {turn.verdict && <p className={`verdict ${turn.verdict}`}>{verdictNames[turn.verdict]}</p>}
      {turn.citations.length > 0 && <Sources citations={turn.citations} opened={opened} onOpen={onOpen} />}
    </article>
  );
}

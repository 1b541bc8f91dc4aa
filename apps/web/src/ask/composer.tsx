import { SendHorizontal, Square } from 'lucide-react';
import { type FormEvent, type KeyboardEvent, useState } from 'react';
import type { Connectivity } from '../api/answer-socket.ts';

interface ComposerProps {
  readonly connectivity: Connectivity;
  /** Message id of the answer under way, which can be stopped. */
  readonly running: string | null;
  readonly onAsk: (question: string) => void;
  readonly onStop: (messageId: string) => void;
}

const told: Record<Connectivity, string> = { connecting: 'Connecting…', open: '', waiting: 'No connection; trying again…', closed: 'The session has ended; sign in again.' };

export function Composer({ connectivity, running, onAsk, onStop }: ComposerProps) {
  const [text, setText] = useState('');
  const question = text.trim();

  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (!question || running || connectivity === 'closed') return;
    onAsk(question);
    setText('');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    submit();
  };

  return (
    <form className="composer" onSubmit={submit}>
      <label className="visually-hidden" htmlFor="question">Your question</label>
      <textarea id="question" rows={2} maxLength={8000} placeholder="Ask about your guidelines…" value={text} onChange={({ target }) => setText(target.value)} onKeyDown={onKeyDown} autoFocus />
      {running
        ? <button type="button" className="primary" onClick={() => onStop(running)}><Square aria-hidden />Stop</button>
        : <button className="primary" disabled={!question}><SendHorizontal aria-hidden />Ask</button>}
      <span className="quiet small" role="status">{told[connectivity]}</span>
    </form>
  );
}

import { useQueryClient } from '@tanstack/react-query';
import { admin } from '@voiceassist/contracts';
import { Lock, LockOpen } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useSession } from '../session/session.ts';
import { useAction } from '../shell/use-action.ts';
import { ledgerStateKey } from './ledger-state.ts';

/** Sets or lifts the legal hold, each with a reason that stays on record. */
export function LegalHoldForm({ held }: { readonly held: boolean }) {
  const { client } = useSession();
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const { act, problem, busy } = useAction(() => {
    setOpen(false);
    void queries.invalidateQueries({ queryKey: ledgerStateKey });
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const reason = new FormData(event.currentTarget).get('reason') as string; // a text input
    act(() => client.request(admin.holdAudit, { held: !held, reason }));
  };
  const Icon = held ? LockOpen : Lock;
  const verb = held ? 'Lift the legal hold' : 'Set a legal hold';
  if (!open) return <div className="row"><button onClick={() => setOpen(true)}><Icon aria-hidden />{verb}</button></div>;
  return (
    <form className="review-form" onSubmit={submit} aria-label={verb}>
      <label className="stacked">{held ? 'Why records may be removed again' : 'Why nothing may be removed'}<input name="reason" required minLength={3} maxLength={500} autoFocus autoComplete="off" /></label>
      {problem && <p className="problem" role="alert">{problem}</p>}
      <div className="row"><button className="primary" disabled={busy}>{verb}</button><button type="button" onClick={() => setOpen(false)}>Cancel</button></div>
    </form>
  );
}

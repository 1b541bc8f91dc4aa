import { auth } from '@voiceassist/contracts';
import { type FormEvent, useState } from 'react';
import { useAction } from '../shell/use-action.ts';
import { useSession } from './session.ts';

/** Asks for a link to a new password. What is said afterwards does not tell whether there is such an account. */
export function ForgottenPassword({ onLeave }: { readonly onLeave: () => void }) {
  const { client } = useSession();
  const [asked, setAsked] = useState(false);
  const { act, problem, busy } = useAction(() => setAsked(true));
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const email = new FormData(event.currentTarget).get('email');
    act(() => client.request(auth.requestPasswordReset, { email: typeof email === 'string' ? email : '' }));
  };
  return (
    <form onSubmit={submit} aria-labelledby="forgotten-title">
      <img src="/icon.svg" alt="" width="48" height="48" />
      <h1 id="forgotten-title">New password</h1>
      {asked ? (
        <p role="status">If there is an account with this address, a link to choose a new password is on its way. It works once and for 30 minutes. Where no mail is sent, ask your administrator for it.</p>
      ) : (
        <>
          <label>E-mail<input name="email" type="email" autoComplete="username" required autoFocus /></label>
          {problem && <p className="problem" role="alert">{problem}</p>}
          <button className="primary" disabled={busy}>Send me a link</button>
        </>
      )}
      <button type="button" className="plain" onClick={onLeave}>Back to sign-in</button>
    </form>
  );
}

import { auth, type SignedInUser } from '@voiceassist/contracts';
import { type FormEvent, useState } from 'react';
import { useAction } from '../shell/use-action.ts';
import { usePasswordAdvice } from './password-advice.ts';
import { useSession } from './session.ts';

/** As if the password stood alone: what is good enough then is good enough for everybody. */
const shortestPassword = 15;

/** What people see whose password was given by somebody else, or is too short to stand alone, until they have a better one. */
export function OwnPasswordPage({ user }: { readonly user: SignedInUser }) {
  const { client, signIn, signOut, given: typed } = useSession();
  const [given, setGiven] = useState(typed?.password ?? '');
  const [chosen, setChosen] = useState('');
  const advice = usePasswordAdvice(chosen, { ...user, shortestPassword });
  const { act, problem, busy } = useAction();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    act(async () => {
      await client.request(auth.changePassword, { currentPassword: given, newPassword: chosen });
      // the change has ended this session: the new password opens the next one
      await signIn({ email: user.email, password: chosen, station: typed?.station ?? 'shared' });
    });
  };
  return (
    <main className="sign-in">
      <section className="panel" aria-labelledby="own-password-title">
        <h1 id="own-password-title">Choose your own password</h1>
        <form onSubmit={submit}>
          <p className="quiet">The password you signed in with cannot stay: somebody else made it for the first time, or it is too short now that no second factor is demanded of you. A few random words are easy to remember and hard to guess.</p>
          <input type="email" name="email" value={user.email} autoComplete="username" readOnly hidden />
          {typed === null && (
            <label>
              Present password
              <input type="password" value={given} onChange={({ target }) => setGiven(target.value)} required autoComplete="current-password" />
            </label>
          )}
          <label>
            New password
            <input type="password" value={chosen} onChange={({ target }) => setChosen(target.value)} required autoFocus autoComplete="new-password" aria-describedby="advice" />
          </label>
          <p id="advice" className="quiet small" role="status">{advice ?? `${shortestPassword} characters are always enough.`}</p>
          {problem && <p className="problem" role="alert">{problem}</p>}
          <button className="primary" disabled={busy}>{busy ? 'Saving…' : 'Save and go on'}</button>
        </form>
        <button type="button" className="plain" onClick={() => void signOut()}>Sign out</button>
      </section>
    </main>
  );
}

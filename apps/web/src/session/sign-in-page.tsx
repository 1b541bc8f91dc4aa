import { ApiError } from '@voiceassist/contracts';
import { type FormEvent, useState } from 'react';
import { useSession } from './session.ts';

function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}

export function SignInPage() {
  const { signIn } = useSession();
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setProblem(null);
    try {
      await signIn(textOf(form, 'email'), textOf(form, 'password'));
    } catch (error) {
      setProblem(error instanceof ApiError ? error.message : 'Sign-in failed. Try again.');
      setBusy(false);
    }
  };

  return (
    <main className="sign-in">
      <form onSubmit={(event) => void submit(event)} aria-labelledby="sign-in-title">
        <img src="/icon.svg" alt="" width="48" height="48" />
        <h1 id="sign-in-title">VoiceAssist</h1>
        <p className="quiet">Answers from your organisation’s own documents, each with its proof.</p>
        <label>
          E-mail
          <input name="email" type="email" autoComplete="username" required autoFocus />
        </label>
        <label>
          Password
          <input name="password" type="password" autoComplete="current-password" required />
        </label>
        {problem && <p className="problem" role="alert">{problem}</p>}
        <button className="primary" disabled={busy}>{busy ? 'Signing in…' : 'Sign in'}</button>
        <p className="quiet small">Decision support, not a medical device. Check the source before you act.</p>
      </form>
    </main>
  );
}

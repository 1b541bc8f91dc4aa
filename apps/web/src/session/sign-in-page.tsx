import { ApiError, type FactorChallenge, type Station } from '@voiceassist/contracts';
import { Fingerprint } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { passkeyProblem, passkeysWork } from '../factors/passkeys.ts';
import { ForgottenPassword } from './forgotten-password.tsx';
import { ProviderButtons } from './provider-buttons.tsx';
import { SecondStep } from './second-step.tsx';
import { useSession } from './session.ts';

function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}

const explained = (error: unknown) => (error instanceof ApiError ? error.message : 'Sign-in failed. Try again.');

const stationOf = (form: FormData): Station => (form.has('shared') ? 'shared' : 'own');

interface CredentialsFormProps {
  /** Why somebody is here again. */
  readonly notice: string | null;
  readonly onChallenge: (challenge: FactorChallenge) => void;
  readonly onForgotten: () => void;
}

function CredentialsForm({ notice, onChallenge, onForgotten }: CredentialsFormProps) {
  const { signIn, signInWithPasskey } = useSession();
  const [problem, setProblem] = useState(notice);
  const [busy, setBusy] = useState(false);

  const attempt = async (work: () => Promise<void>, explain: (error: unknown) => string) => {
    setBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem(explain(error));
      setBusy(false);
    }
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    void attempt(async () => {
      const challenge = await signIn({ email: textOf(form, 'email'), password: textOf(form, 'password'), station: stationOf(form) });
      if (challenge) onChallenge(challenge);
    }, explained);
  };
  const usePasskey = (form: HTMLFormElement | null) => {
    if (form) void attempt(() => signInWithPasskey(stationOf(new FormData(form))), passkeyProblem);
  };

  return (
    <form onSubmit={submit} aria-labelledby="sign-in-title">
      <img src="/icon.svg" alt="" width="48" height="48" />
      <h1 id="sign-in-title">VoiceAssist</h1>
      <p className="quiet">Answers from your organisation’s own documents, each with its proof.</p>
      <label>
        E-mail
        <input name="email" type="email" autoComplete="username webauthn" required autoFocus />
      </label>
      <label>
        Password
        <input name="password" type="password" autoComplete="current-password" required />
      </label>
      <label className="check"><input name="shared" type="checkbox" />Others use this computer too</label>
      {problem && <p className="problem" role="alert">{problem}</p>}
      <button className="primary" disabled={busy}>{busy ? 'Signing in…' : 'Sign in'}</button>
      {passkeysWork() && <button type="button" disabled={busy} onClick={({ currentTarget }) => usePasskey(currentTarget.form)}><Fingerprint aria-hidden />Sign in with a passkey</button>}
      <ProviderButtons busy={busy} onChoose={(work, form) => form && void attempt(() => work(stationOf(new FormData(form))), explained)} />
      <button type="button" className="plain" onClick={onForgotten}>Forgotten your password?</button>
      <p className="quiet small">Decision support, not a medical device. Check the source before you act.</p>
    </form>
  );
}

/** Name and password, then the second factor where the account has one; or a passkey alone. */
export function SignInPage() {
  const [challenge, setChallenge] = useState<FactorChallenge | null>(null);
  const [notice, setNotice] = useState<string | null>(null);
  const [forgotten, setForgotten] = useState(false);
  const again = (message: string | null) => {
    setNotice(message);
    setChallenge(null);
  };
  return (
    <main className="sign-in">
      {forgotten && <ForgottenPassword onLeave={() => setForgotten(false)} />}
      {!challenge && !forgotten && <CredentialsForm notice={notice} onChallenge={setChallenge} onForgotten={() => setForgotten(true)} />}
      {challenge && <SecondStep challenge={challenge} onAgain={again} />}
    </main>
  );
}

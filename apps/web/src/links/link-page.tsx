import { useQuery } from '@tanstack/react-query';
import { auth, type LinkKind } from '@voiceassist/contracts';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { usePasswordAdvice } from '../session/password-advice.ts';
import { useSession } from '../session/session.ts';
import { useAction } from '../shell/use-action.ts';

const titles: Record<LinkKind, string> = { invitation: 'Welcome', 'password-reset': 'Choose a new password', verification: 'Confirm your address' };

interface LinkContent {
  readonly kind: LinkKind;
  readonly email: string;
  readonly displayName: string;
  readonly shortestPassword: number;
}

function ChoosePassword({ token, content, onDone }: { readonly token: string; readonly content: LinkContent; readonly onDone: () => void }) {
  const { client } = useSession();
  const [password, setPassword] = useState('');
  const advice = usePasswordAdvice(password, content);
  const { act, problem, busy } = useAction(onDone);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    act(() => client.request(auth.choosePassword, { token, newPassword: password }));
  };
  return (
    <form onSubmit={submit}>
      <p className="quiet">{content.displayName}, choose a password for {content.email}. A few random words are easy to remember and hard to guess.</p>
      <input type="email" name="email" value={content.email} autoComplete="username" readOnly hidden />
      <label>
        New password
        <input type="password" value={password} onChange={({ target }) => setPassword(target.value)} required autoFocus autoComplete="new-password" aria-describedby="advice" />
      </label>
      <p id="advice" className="quiet small" role="status">{advice ?? `At least ${content.shortestPassword} characters.`}</p>
      {problem && <p className="problem" role="alert">{problem}</p>}
      <button className="primary" disabled={busy}>{busy ? 'Saving…' : 'Save the password'}</button>
    </form>
  );
}

function VerifyEmail({ token, onDone }: { readonly token: string; readonly onDone: () => void }) {
  const { client } = useSession();
  const { act, problem } = useAction(onDone);
  const asked = useRef(false);
  useEffect(() => {
    if (asked.current) return; // the link serves once
    asked.current = true;
    act(() => client.request(auth.verifyEmail, { token }));
  });
  return problem ? <p className="problem" role="alert">{problem}</p> : <p role="status">One moment…</p>;
}

/** Where links from mails lead. The secret stands behind the `#`, so that it is in no server's log. */
export function LinkPage({ onLeave }: { readonly onLeave: () => void }) {
  const { client } = useSession();
  const [token] = useState(() => location.hash.slice(1));
  const [done, setDone] = useState(false);
  const { data, error } = useQuery({ queryKey: ['link'], retry: false, staleTime: Infinity, queryFn: () => client.request(auth.readLink, { token }) });
  return (
    <main className="sign-in">
      <section className="panel" aria-labelledby="link-title">
        <img src="/icon.svg" alt="" width="48" height="48" />
        <h1 id="link-title">{data ? titles[data.kind] : 'VoiceAssist'}</h1>
        {error && <p className="problem" role="alert">{error.message}</p>}
        {data && !done && data.kind !== 'verification' && <ChoosePassword token={token} content={data} onDone={() => setDone(true)} />}
        {data && !done && data.kind === 'verification' && <VerifyEmail token={token} onDone={() => setDone(true)} />}
        {done && <p role="status">Done.</p>}
        {(done || error) && <button className="primary" onClick={onLeave}>Go to sign-in</button>}
      </section>
    </main>
  );
}

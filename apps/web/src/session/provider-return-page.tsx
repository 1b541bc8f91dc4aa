import { ApiError, auth, type FactorChallenge } from '@voiceassist/contracts';
import { useEffect, useRef, useState } from 'react';
import { takeReturn } from './provider-errand.ts';
import { SecondStep } from './second-step.tsx';
import { useSession } from './session.ts';

/** Where identity providers send people back to: completes the sign-in or the linking that this tab began. */
export function ProviderReturnPage({ onLeave }: { readonly onLeave: (to: string) => void }) {
  const { client, user, signInWithProvider } = useSession();
  const [problem, setProblem] = useState<string | null>(null);
  const [challenge, setChallenge] = useState<FactorChallenge | null>(null);
  const [doneAt, setDoneAt] = useState<string | null>(null);
  const taken = useRef(false);

  const complete = async () => {
    const errand = takeReturn();
    if (!errand) throw new Error('not begun here');
    const { providerId, ticket, purpose, returned } = errand;
    const { state = '', code, iss, error } = returned;
    const answer = { providerId, ticket, state, code, iss, error };
    if (purpose === 'sign-in') {
      const asked = await signInWithProvider(answer);
      setChallenge(asked);
      return setDoneAt(asked ? null : '/');
    }
    await client.request(auth.linkIdentity, answer);
    setDoneAt('/security');
  };
  useEffect(() => {
    if (taken.current) return; // the answer serves once
    taken.current = true;
    void complete().catch((error: unknown) => setProblem(error instanceof ApiError ? error.message : 'This sign-in was not begun in this tab. Begin again.'));
  });
  useEffect(() => {
    if (doneAt) onLeave(doneAt);
  });

  return (
    <main className="sign-in">
      {challenge && !user ? <SecondStep challenge={challenge} onDone={() => onLeave('/')} onAgain={() => onLeave('/')} /> : (
        <section className="panel" aria-labelledby="return-title">
          <img src="/icon.svg" alt="" width="48" height="48" />
          <h1 id="return-title">{problem ? 'That did not work' : 'One moment…'}</h1>
          {problem ? <p className="problem" role="alert">{problem}</p> : <p role="status">Checking what your organisation’s sign-in says.</p>}
          {problem && <button className="primary" onClick={() => onLeave(user ? '/security' : '/')}>{user ? 'Go to security settings' : 'Go to sign-in'}</button>}
        </section>
      )}
    </main>
  );
}

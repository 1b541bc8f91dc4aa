import { useQueryClient } from '@tanstack/react-query';
import { ApiError, auth, HttpClient, type FactorChallenge, type SignedInUser } from '@voiceassist/contracts';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { assertionFor } from '../factors/passkeys.ts';
import { StepUpDialog } from '../factors/step-up-dialog.tsx';
import { type Session, SessionContext } from './session.ts';
import { Tokens } from './tokens.ts';

const idleCheckMs = 5_000;

/** An operation waits for a second factor; `challenge` is null for people who have none to show. */
interface Asked {
  readonly challenge: FactorChallenge | null;
  readonly answer: (shown: boolean) => void;
}

function useActivity(tokens: React.RefObject<Tokens | null>): void {
  useEffect(() => {
    const held = tokens.current;
    const touch = () => held?.touch();
    const signs = ['pointerdown', 'keydown', 'wheel'];
    for (const sign of signs) window.addEventListener(sign, touch, { passive: true });
    const timer = setInterval(() => held?.checkIdle(), idleCheckMs);
    return () => {
      for (const sign of signs) window.removeEventListener(sign, touch);
      clearInterval(timer);
    };
  }, [tokens]);
}

/** Begins a step-up; null for somebody who has no second factor yet. */
async function beginStepUp(client: HttpClient): Promise<FactorChallenge | null> {
  return client.request(auth.beginStepUp, {}).catch((error: unknown) => {
    if (error instanceof ApiError && error.code === 'FACTOR_REQUIRED') return null;
    throw error;
  });
}

export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const queries = useQueryClient();
  const [user, setUser] = useState<SignedInUser | null>(null);
  const [mustEnrol, setMustEnrol] = useState(false);
  const [restoring, setRestoring] = useState(true);
  const [asked, setAsked] = useState<Asked | null>(null);
  const tokens = useRef<Tokens>(null);
  tokens.current ??= new Tokens(() => {
    queries.clear();
    setUser(null);
    setAsked(null);
  });
  useActivity(tokens);

  useEffect(() => {
    // the answer to "who am I" must come once, also when React mounts twice in development
    void tokens.current?.restore().then((restored) => {
      setMustEnrol(tokens.current?.mustEnrol ?? false);
      setUser(restored);
      setRestoring(false);
    });
  }, []);

  const client = useMemo<HttpClient>(() => {
    const held = tokens.current;
    if (!held) throw new Error('tokens are made above');
    const made: HttpClient = new HttpClient({
      baseUrl: '', isOwnPage: true, accessToken: () => held.current, fetch: held.fetch,
      showFactor: async () => {
        const challenge = await beginStepUp(made);
        return new Promise((resolve) => setAsked({ challenge, answer: resolve }));
      },
    });
    return made;
  }, []);

  const session = useMemo<Session>(() => {
    const held = tokens.current;
    if (!held) throw new Error('tokens are made above');
    const enter = (pair: Parameters<Tokens['adopt']>[0]) => {
      const entered = held.adopt(pair);
      setMustEnrol(held.mustEnrol);
      setUser(entered);
    };
    return {
      user,
      mustEnrol,
      restoring,
      client,
      async signIn(credentials) {
        const answer = await client.request(auth.login, credentials);
        if (answer.kind === 'factor-required') return answer;
        enter(answer);
        return null;
      },
      async verify(proof) {
        enter(await client.request(auth.verifyFactor, proof));
      },
      async signInWithPasskey(station) {
        const { challenge, passkeyOptions } = await client.request(auth.beginPasskeySignIn, {});
        enter(await client.request(auth.signInWithPasskey, { challenge, assertion: await assertionFor(passkeyOptions), station }));
      },
      keepAccess: (access) => held.keepAccess(access),
      enrolled: () => setMustEnrol(false),
      async signOut() {
        await client.request(auth.logout, {}).catch(() => undefined);
        held.forget();
      },
    };
  }, [user, mustEnrol, restoring, client]);

  const finish = (shown: boolean) => {
    asked?.answer(shown);
    setAsked(null);
  };
  return (
    <SessionContext value={session}>
      {children}
      {asked && <StepUpDialog challenge={asked.challenge} onDone={finish} />}
    </SessionContext>
  );
}

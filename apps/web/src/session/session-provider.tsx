import { useQueryClient } from '@tanstack/react-query';
import { ApiError, auth, HttpClient, type FactorChallenge, type SignInAnswer, type SignedInUser, type TokenPair } from '@voiceassist/contracts';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { assertionFor } from '../factors/passkeys.ts';
import { StepUpDialog } from '../factors/step-up-dialog.tsx';
import { type Credentials, type Session, SessionContext } from './session.ts';
import { Tokens } from './tokens.ts';

const idleCheckMs = 5_000;

/** An operation waits for a second factor; `challenge` is null for people who have none to show. */
interface Asked {
  readonly challenge: FactorChallenge | null;
  readonly answer: (shown: boolean) => void;
}

function useActivity(held: Tokens): void {
  useEffect(() => {
    const touch = () => held.touch();
    const signs = ['pointerdown', 'keydown', 'wheel'];
    for (const sign of signs) window.addEventListener(sign, touch, { passive: true });
    const timer = setInterval(() => held.checkIdle(), idleCheckMs);
    return () => {
      for (const sign of signs) window.removeEventListener(sign, touch);
      clearInterval(timer);
    };
  }, [held]);
}

/** Begins a step-up; null for somebody who has no second factor yet. */
async function beginStepUp(client: HttpClient): Promise<FactorChallenge | null> {
  return client.request(auth.beginStepUp, {}).catch((error: unknown) => {
    if (error instanceof ApiError && error.code === 'FACTOR_REQUIRED') return null;
    throw error;
  });
}

/** The client of the page; operations that need a fresh factor wait until the person has shown one or given up. */
function clientOf(held: Tokens, ask: (asked: Asked) => void): HttpClient {
  const client: HttpClient = new HttpClient({
    baseUrl: '', isOwnPage: true, accessToken: () => held.current, fetch: held.fetch,
    showFactor: async () => {
      const challenge = await beginStepUp(client);
      return new Promise((resolve) => ask({ challenge, answer: resolve }));
    },
  });
  return client;
}

function waysIn(client: HttpClient, enter: (pair: TokenPair, typed?: Credentials) => void): Pick<Session, 'signIn' | 'verify' | 'signInWithPasskey' | 'signInWithProvider'> {
  const take = (answer: SignInAnswer, typed?: Credentials): FactorChallenge | null => {
    if (answer.kind === 'factor-required') return answer;
    enter(answer, typed);
    return null;
  };
  return {
    signIn: async (credentials) => take(await client.request(auth.login, credentials), credentials),
    signInWithProvider: async (returned) => take(await client.request(auth.completeProviderSignIn, returned)),
    async verify(proof) {
      enter(await client.request(auth.verifyFactor, proof));
    },
    async signInWithPasskey(station) {
      const { challenge, passkeyOptions } = await client.request(auth.beginPasskeySignIn, {});
      enter(await client.request(auth.signInWithPasskey, { challenge, assertion: await assertionFor(passkeyOptions), station }));
    },
  };
}

export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const queries = useQueryClient();
  const [user, setUser] = useState<SignedInUser | null>(null);
  const [mustChangePassword, setMustChangePassword] = useState(false);
  const [given, setGiven] = useState<Credentials | null>(null);
  const [mustEnrol, setMustEnrol] = useState(false);
  const [restoring, setRestoring] = useState(true);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [held] = useState(() => new Tokens(() => {
    queries.clear();
    setUser(null);
    setGiven(null);
    setAsked((now) => {
      now?.answer(false);
      return null;
    });
  }));
  const client = useMemo(() => clientOf(held, setAsked), [held]);
  useActivity(held);

  useEffect(() => {
    // the answer to "who am I" must come once, also when React mounts twice in development
    void held.restore().then((restored) => {
      setMustChangePassword(held.mustChangePassword);
      setMustEnrol(held.mustEnrol);
      setUser(restored);
      setRestoring(false);
    });
  }, [held]);

  const session = useMemo<Session>(() => ({
    user,
    mustChangePassword,
    given,
    mustEnrol,
    restoring,
    client,
    ...waysIn(client, (pair, typed) => {
      const entered = held.adopt(pair);
      setGiven(held.mustChangePassword ? typed ?? null : null);
      setMustChangePassword(held.mustChangePassword);
      setMustEnrol(held.mustEnrol);
      setUser(entered);
    }),
    keepAccess: (access) => held.keepAccess(access),
    enrolled: () => setMustEnrol(false),
    async signOut() {
      const ended = await client.request(auth.logout, {}).catch(() => undefined);
      held.forget();
      if (ended?.providerLogoutUrl) location.assign(ended.providerLogoutUrl);
    },
  }), [user, mustChangePassword, given, mustEnrol, restoring, client, held]);

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

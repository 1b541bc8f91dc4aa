import { useQueryClient } from '@tanstack/react-query';
import { ApiError, auth, HttpClient, type SignedInUser } from '@voiceassist/contracts';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { type Session, SessionContext } from './session.ts';
import { Tokens } from './tokens.ts';

const idleCheckMs = 5_000;

export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const queries = useQueryClient();
  const [user, setUser] = useState<SignedInUser | null>(null);
  const [restoring, setRestoring] = useState(true);
  const tokens = useRef<Tokens>(null);
  tokens.current ??= new Tokens(() => {
    queries.clear();
    setUser(null);
  });

  useEffect(() => {
    // the answer to "who am I" must come once, also when React mounts twice in development
    void tokens.current?.restore().then((restored) => {
      setUser(restored);
      setRestoring(false);
    });
  }, []);

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
  }, []);

  const session = useMemo<Session>(() => {
    const held = tokens.current;
    if (!held) throw new Error('tokens are made above');
    const client = new HttpClient({ baseUrl: '', isOwnPage: true, accessToken: () => held.current, fetch: held.fetch });
    return {
      user,
      restoring,
      client,
      async signIn(email, password) {
        const answer = await client.request(auth.login, { email, password });
        if (answer.kind !== 'signed-in') throw new ApiError('FACTOR_REQUIRED', 'This account needs its second factor.', 403);
        setUser(held.adopt(answer));
      },
      async signOut() {
        await client.request(auth.logout, {}).catch(() => undefined);
        held.forget();
      },
    };
  }, [user, restoring]);

  return <SessionContext value={session}>{children}</SessionContext>;
}

import { useQueryClient } from '@tanstack/react-query';
import { auth, HttpClient, type SignedInUser } from '@voiceassist/contracts';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { type Session, SessionContext } from './session.ts';
import { Tokens } from './tokens.ts';

export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const queries = useQueryClient();
  const [user, setUser] = useState<SignedInUser | null>(null);
  const [restoring, setRestoring] = useState(true);
  const tokens = useRef<Tokens>(null);
  tokens.current ??= new Tokens(() => setUser(null));

  useEffect(() => {
    // the answer to "who am I" must come once, also when React mounts twice in development
    void tokens.current?.restore().then((restored) => {
      setUser(restored);
      setRestoring(false);
    });
  }, []);

  const session = useMemo<Session>(() => {
    const held = tokens.current;
    if (!held) throw new Error('tokens are made above');
    const client = new HttpClient({ baseUrl: '', accessToken: () => held.current, fetch: held.fetch });
    return {
      user,
      restoring,
      client,
      async signIn(email, password) {
        setUser(await held.signIn(email, password));
      },
      async signOut() {
        await client.request(auth.logout, {}).catch(() => undefined);
        held.forget();
        queries.clear();
        setUser(null);
      },
    };
  }, [user, restoring, queries]);

  return <SessionContext value={session}>{children}</SessionContext>;
}

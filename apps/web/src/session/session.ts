import type { HttpClient, SignedInUser } from '@voiceassist/contracts';
import { createContext, useContext } from 'react';

export interface Session {
  readonly user: SignedInUser | null;
  /** True until a session of an earlier page load has been taken up or given up. */
  readonly restoring: boolean;
  readonly client: HttpClient;
  readonly signIn: (email: string, password: string) => Promise<void>;
  readonly signOut: () => Promise<void>;
}

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession stands outside of SessionProvider');
  return session;
}

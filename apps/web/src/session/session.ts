import type { auth, FactorChallenge, FactorProof, HttpClient, InputOf, RenewedAccess, SignedInUser, Station } from '@voiceassist/contracts';
import { createContext, useContext } from 'react';

export interface Credentials {
  readonly email: string;
  readonly password: string;
  readonly station: Station;
}

export interface Session {
  readonly user: SignedInUser | null;
  /** The session can do nothing but replace the password, which somebody else gave. */
  readonly mustChangePassword: boolean;
  /** What was typed to get here, where it was in this page load, so that nobody types it twice. */
  readonly given: Credentials | null;
  /** The session can do nothing but set up a second factor. */
  readonly mustEnrol: boolean;
  /** True until a session of an earlier page load has been taken up or given up. */
  readonly restoring: boolean;
  readonly client: HttpClient;
  /** Answers what has to be shown yet, or null when the person is in. */
  readonly signIn: (credentials: Credentials) => Promise<FactorChallenge | null>;
  readonly verify: (proof: FactorProof) => Promise<void>;
  readonly signInWithPasskey: (station: Station) => Promise<void>;
  /** The same with what an identity provider sent. */
  readonly signInWithProvider: (returned: InputOf<typeof auth.completeProviderSignIn>) => Promise<FactorChallenge | null>;
  /** Takes over the access that came with a second factor just set up or shown. */
  readonly keepAccess: (access: RenewedAccess) => void;
  /** The second factor is set up, and its recovery codes are in safety. */
  readonly enrolled: () => void;
  readonly signOut: () => Promise<void>;
}

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession stands outside of SessionProvider');
  return session;
}

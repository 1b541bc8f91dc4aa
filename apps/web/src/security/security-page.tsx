import { reachOf } from '@voiceassist/contracts';
import { useSession } from '../session/session.ts';
import { ApiKeyList } from './api-key-list.tsx';
import { FactorSection } from './factor-section.tsx';
import { IdentityList } from './identity-list.tsx';
import { SessionList } from './session-list.tsx';

/** How the person proves who they are, where they are signed in, and which programs act for them. */
export function SecurityPage() {
  const { user } = useSession();
  return (
    <div className="settings">
      <h1>Security</h1>
      <FactorSection />
      <IdentityList />
      <SessionList />
      {user && reachOf('api-keys.manage', user) && <ApiKeyList user={user} />}
    </div>
  );
}

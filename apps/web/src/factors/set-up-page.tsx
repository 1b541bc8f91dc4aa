import type { EnrolledFactor } from '@voiceassist/contracts';
import { Fingerprint, Smartphone } from 'lucide-react';
import { useState } from 'react';
import { useSession } from '../session/session.ts';
import { AddApp } from './add-app.tsx';
import { passkeysWork } from './passkeys.ts';
import { RecoveryCodes } from './recovery-codes.tsx';
import { useAddPasskey } from './use-add-passkey.ts';

interface ChoiceProps {
  readonly onAdded: (enrolled: EnrolledFactor) => void;
  readonly onApp: () => void;
}

function Choice({ onAdded, onApp }: ChoiceProps) {
  const passkey = useAddPasskey(onAdded);
  return (
    <>
      <p className="quiet">Your account needs a second factor, so that a stolen password is not enough. It takes half a minute. Choose one:</p>
      {passkeysWork() && (
        <button type="button" className="choice" disabled={passkey.busy} onClick={() => void passkey.add()}>
          <Fingerprint aria-hidden />
          <strong>Passkey</strong>
          <span className="quiet">Fingerprint, face, device PIN or security key. Safest and quickest.</span>
        </button>
      )}
      {passkey.problem && <p className="problem" role="alert">{passkey.problem}</p>}
      <button type="button" className="choice" disabled={passkey.busy} onClick={onApp}>
        <Smartphone aria-hidden />
        <strong>Authenticator app</strong>
        <span className="quiet">Scan a code with your phone and type six digits at sign-in.</span>
      </button>
    </>
  );
}

/** What people whose role needs a second factor see until they have one. */
export function SetUpPage() {
  const { enrolled, signOut } = useSession();
  const [viaApp, setViaApp] = useState(false);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const added = ({ recoveryCodes }: EnrolledFactor) => {
    if (recoveryCodes) setCodes(recoveryCodes);
    else enrolled();
  };
  return (
    <main className="sign-in">
      <section className="panel wide" aria-labelledby="set-up-title">
        <h1 id="set-up-title">{codes ? 'You are protected' : 'Protect your account'}</h1>
        {codes && <RecoveryCodes codes={codes} onDone={enrolled} />}
        {!codes && !viaApp && <Choice onAdded={added} onApp={() => setViaApp(true)} />}
        {!codes && viaApp && <AddApp onAdded={added} onCancel={() => setViaApp(false)} />}
        {!codes && <button type="button" className="plain" onClick={() => void signOut()}>Sign out</button>}
      </section>
    </main>
  );
}

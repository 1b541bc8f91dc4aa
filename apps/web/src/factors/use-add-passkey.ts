import { auth, type EnrolledFactor } from '@voiceassist/contracts';
import { useState } from 'react';
import { useSession } from '../session/session.ts';
import { attestationFor, passkeyProblem } from './passkeys.ts';

const names: readonly (readonly [RegExp, string])[] = [
  [/iPhone/, 'iPhone'], [/iPad/, 'iPad'], [/Android/, 'Android device'], [/Windows/, 'Windows computer'], [/Mac/, 'Mac'], [/CrOS/, 'Chromebook'], [/Linux/, 'Linux computer'],
];

/** Under which name the owner will recognise it; may be wrong for keys that are carried around, and does no harm then. */
const deviceName = () => `Passkey on ${names.find(([pattern]) => pattern.test(navigator.userAgent))?.[1] ?? 'this device'}`;

/** Makes a passkey for the person who is signed in. */
export function useAddPasskey(onAdded: (enrolled: EnrolledFactor) => void) {
  const { client, keepAccess } = useSession();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const add = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const { challenge, passkeyOptions } = await client.request(auth.beginPasskey, {});
      const enrolled = await client.request(auth.addPasskey, { challenge, attestation: await attestationFor(passkeyOptions), name: deviceName() });
      keepAccess(enrolled.access);
      onAdded(enrolled);
    } catch (error) {
      setProblem(passkeyProblem(error));
    }
    setBusy(false);
  };
  return { add, busy, problem };
}

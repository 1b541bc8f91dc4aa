import { ApiError, auth, type EnrolledFactor } from '@voiceassist/contracts';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useSession } from '../session/session.ts';
import { QrCode } from './qr-code.tsx';

interface AddAppProps {
  readonly onAdded: (enrolled: EnrolledFactor) => void;
  readonly onCancel: () => void;
}

interface Begun {
  readonly factorId: string;
  readonly secret: string;
  readonly uri: string;
}

const messageOf = (error: unknown) => (error instanceof ApiError ? error.message : 'That did not work. Try again.');

/** Shows the secret of a new authenticator app as a QR code and takes its first code. */
export function AddApp({ onAdded, onCancel }: AddAppProps) {
  const { client, keepAccess } = useSession();
  const [begun, setBegun] = useState<Begun | null>(null);
  const [code, setCode] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const asked = useRef(false);

  useEffect(() => {
    if (asked.current) return; // each beginning makes a new secret
    asked.current = true;
    client.request(auth.beginTotp, {}).then(setBegun, (error: unknown) => setProblem(messageOf(error)));
  }, [client]);

  const confirm = async ({ factorId }: Begun) => {
    setBusy(true);
    setProblem(null);
    try {
      const enrolled = await client.request(auth.confirmTotp, { factorId, code });
      keepAccess(enrolled.access);
      onAdded(enrolled);
    } catch (error) {
      setProblem(messageOf(error));
      setCode('');
    }
    setBusy(false);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (begun) void confirm(begun);
  };

  return (
    <form className="add-app" onSubmit={submit}>
      {begun && (
        <ol>
          <li>
            <p>Scan this with an authenticator app on your phone.</p>
            <a className="only-narrow" href={begun.uri}>Open the app on this phone</a>
            <QrCode text={begun.uri} label="QR code for the authenticator app" />
            <details>
              <summary>Type it in instead</summary>
              <code className="secret">{begun.secret.replace(/(.{4})(?=.)/g, '$1 ')}</code>
            </details>
          </li>
          <li>
            <label>
              Enter the six digits it shows
              <input value={code} onChange={({ target }) => setCode(target.value)} required autoFocus inputMode="numeric" autoComplete="one-time-code" spellCheck={false} />
            </label>
          </li>
        </ol>
      )}
      {!begun && !problem && <p role="status">Making a secret…</p>}
      {problem && <p className="problem" role="alert">{problem}</p>}
      <div className="row">
        <button className="primary" disabled={busy || !begun}>{busy ? 'Checking…' : 'Turn on'}</button>
        <button type="button" onClick={onCancel}>Back</button>
      </div>
    </form>
  );
}

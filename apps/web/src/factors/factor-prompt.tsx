import { ApiError, type FactorChallenge, type FactorMethod, type FactorProof } from '@voiceassist/contracts';
import { Fingerprint } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { assertionFor, passkeyProblem, passkeysWork } from './passkeys.ts';

interface FactorPromptProps {
  readonly challenge: FactorChallenge;
  /** Fails when the factor is refused. */
  readonly onProof: (proof: FactorProof) => Promise<void>;
  /** The challenge cannot be met any more: its time or its tries are used up. */
  readonly onExpired: (message: string) => void;
}

type CodeMethod = Exclude<FactorMethod, 'passkey'>;

const fields: Record<CodeMethod, { label: string; hint: string }> = {
  totp: { label: 'Code of your authenticator app', hint: 'Six digits that change every 30 seconds.' },
  'recovery-code': { label: 'Recovery code', hint: 'One of the codes you kept when you set up your account. Each works once.' },
};
const invitations: Record<CodeMethod, string> = { totp: 'Use the authenticator app', 'recovery-code': 'Use a recovery code' };

/** Asks for a second factor: a passkey where there is one, else a code; the other ways are one click away. */
export function FactorPrompt({ challenge, onProof, onExpired }: FactorPromptProps) {
  const { methods, passkeyOptions } = challenge;
  const [method, setMethod] = useState<CodeMethod>(methods.includes('totp') ? 'totp' : 'recovery-code');
  const [code, setCode] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const hasPasskey = passkeyOptions !== undefined && passkeysWork();

  const attempt = async (prove: () => Promise<FactorProof>) => {
    setBusy(true);
    setProblem(null);
    try {
      await onProof(await prove());
    } catch (error) {
      if (error instanceof ApiError && error.code === 'CHALLENGE_EXPIRED') onExpired(error.message);
      setProblem(passkeyProblem(error));
      setBusy(false);
      setCode('');
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void attempt(async () => ({ challenge: challenge.challenge, method, code }));
  };
  const usePasskey = () => {
    if (passkeyOptions) void attempt(async () => ({ challenge: challenge.challenge, method: 'passkey', assertion: await assertionFor(passkeyOptions) }));
  };
  const others = (['totp', 'recovery-code'] as const).filter((each) => each !== method && methods.includes(each));
  const { label, hint } = fields[method];

  return (
    <div className="factor-prompt">
      {hasPasskey && <button type="button" className="primary" disabled={busy} onClick={usePasskey}><Fingerprint aria-hidden />Use your passkey</button>}
      {hasPasskey && <p className="divider quiet small">or</p>}
      <form onSubmit={submit}>
        <label>
          {label}
          <input
            name="code" value={code} onChange={({ target }) => setCode(target.value)} required autoFocus={!hasPasskey} spellCheck={false} autoCapitalize="off"
            autoComplete="one-time-code" inputMode={method === 'totp' ? 'numeric' : 'text'} aria-describedby="factor-hint"
          />
        </label>
        <p id="factor-hint" className="quiet small">{hint}</p>
        {problem && <p className="problem" role="alert">{problem}</p>}
        <button className={hasPasskey ? '' : 'primary'} disabled={busy}>{busy ? 'Checking…' : 'Continue'}</button>
      </form>
      {others.map((each) => <button key={each} type="button" className="plain" onClick={() => { setMethod(each); setCode(''); setProblem(null); }}>{invitations[each]}</button>)}
    </div>
  );
}

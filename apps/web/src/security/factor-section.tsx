import { useQuery, useQueryClient } from '@tanstack/react-query';
import { auth, type EnrolledFactor, type Factor, type FactorOverview } from '@voiceassist/contracts';
import { Fingerprint, Smartphone, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { AddApp } from '../factors/add-app.tsx';
import { passkeysWork } from '../factors/passkeys.ts';
import { RecoveryCodes } from '../factors/recovery-codes.tsx';
import { useAddPasskey } from '../factors/use-add-passkey.ts';
import { useSession } from '../session/session.ts';
import { dateAndTime, day } from '../shell/dates.ts';
import { useAction } from '../shell/use-action.ts';

const icons = { passkey: Fingerprint, totp: Smartphone };

function FactorRow({ factor, onRemove, busy }: { readonly factor: Factor; readonly onRemove: () => void; readonly busy: boolean }) {
  const Icon = icons[factor.kind];
  return (
    <li>
      <Icon aria-hidden />
      <div className="grow">
        <strong>{factor.name}</strong>
        <p className="quiet small">Added {day(factor.createdAt)}{factor.lastUsedAt && ` · last used ${dateAndTime(factor.lastUsedAt)}`}</p>
      </div>
      <button className="icon" aria-label={`Remove ${factor.name}`} disabled={busy} onClick={() => window.confirm(`Remove “${factor.name}”? You can no longer sign in with it.`) && onRemove()}><Trash2 /></button>
    </li>
  );
}

function RecoveryLine({ overview: { recoveryCodesLeft }, onRenew, busy }: { readonly overview: FactorOverview; readonly onRenew: () => void; readonly busy: boolean }) {
  return (
    <div className="row">
      <span className="grow"><strong>Recovery codes</strong> <span className={recoveryCodesLeft < 3 ? 'badge off' : 'badge'}>{recoveryCodesLeft} left</span></span>
      <button disabled={busy} onClick={onRenew}>Make new codes</button>
    </div>
  );
}

interface AdditionsProps {
  readonly overview: FactorOverview;
  readonly onAdded: (enrolled: EnrolledFactor) => void;
}

function Additions({ overview, onAdded }: AdditionsProps) {
  const [adding, setAdding] = useState(false);
  const passkey = useAddPasskey(onAdded);
  if (adding) return <AddApp onCancel={() => setAdding(false)} onAdded={(enrolled) => { setAdding(false); onAdded(enrolled); }} />;
  const hasApp = overview.factors.some(({ kind }) => kind === 'totp');
  return (
    <>
      {passkey.problem && <p className="problem" role="alert">{passkey.problem}</p>}
      <div className="row">
        {passkeysWork() && <button disabled={passkey.busy} onClick={() => void passkey.add()}><Fingerprint aria-hidden />Add a passkey</button>}
        <button disabled={passkey.busy} onClick={() => setAdding(true)}><Smartphone aria-hidden />{hasApp ? 'Change the authenticator app' : 'Add an authenticator app'}</button>
      </div>
    </>
  );
}

/** Second factors: what there is, what can be added, removed and made anew. */
export function FactorSection() {
  const { client } = useSession();
  const queries = useQueryClient();
  const refresh = () => void queries.invalidateQueries({ queryKey: ['factors'] });
  const { act, problem, busy } = useAction(refresh);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const { data: overview, error } = useQuery({ queryKey: ['factors'], queryFn: ({ signal }) => client.request(auth.listFactors, {}, { signal }) });
  const added = ({ recoveryCodes }: EnrolledFactor) => {
    setCodes(recoveryCodes);
    refresh();
  };
  const renew = async () => setCodes((await client.request(auth.renewRecoveryCodes, {})).recoveryCodes);

  return (
    <section className="card" aria-labelledby="factors-title">
      <h2 id="factors-title">Second factor</h2>
      {error && <p className="problem" role="alert">{error.message}</p>}
      {problem && <p className="problem" role="alert">{problem}</p>}
      {overview?.policy === 'offered' && <p className="problem">This installation demands a second factor of administrators and privacy officers only (AUTH_FACTOR_POLICY=offered). That is for evaluations.</p>}
      {overview?.factors.length === 0 && <p className="quiet">You have none yet: whoever learns your password can sign in as you. A passkey is the safest and quickest.</p>}
      {codes && <RecoveryCodes codes={codes} onDone={() => setCodes(null)} />}
      {overview && !codes && (
        <>
          {overview.factors.length > 0 && (
            <ul className="things">
              {overview.factors.map((factor) => <FactorRow key={factor.factorId} factor={factor} busy={busy} onRemove={() => act(() => client.request(auth.removeFactor, { factorId: factor.factorId }))} />)}
            </ul>
          )}
          {overview.factors.length > 0 && <RecoveryLine overview={overview} busy={busy} onRenew={() => act(renew)} />}
          <Additions overview={overview} onAdded={added} />
        </>
      )}
    </section>
  );
}

import { Siren } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useAction } from '../shell/use-action.ts';
import { useChangeEmergency } from './own-emergency.ts';

const shortestReason = 20;
const longestReason = 1_000;
const longestPatient = 100;

interface OpenFormProps {
  readonly collections: readonly { readonly collectionId: string; readonly name: string }[];
}

/** Which collection, and why; the second factor is asked for on the way. */
export function OpenForm({ collections }: OpenFormProps) {
  const { open } = useChangeEmergency();
  const { act, problem, busy } = useAction();
  const [reason, setReason] = useState('');
  const written = reason.trim().length;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const [collectionId, patient] = [fields.get('collection') as string, fields.get('patient') as string]; // a select and an input
    act(() => open({ collectionId, reason, patient: patient.trim() || undefined }));
  };
  return (
    <form className="card" onSubmit={submit} aria-labelledby="open-title">
      <h2 id="open-title">Open a locked collection</h2>
      <label className="stacked">
        Collection
        <select name="collection" required defaultValue="">
          <option value="" disabled>Choose one</option>
          {collections.map(({ collectionId, name }) => <option key={collectionId} value={collectionId}>{name}</option>)}
        </select>
      </label>
      <label className="stacked">
        Patient, if it is about one
        <input name="patient" maxLength={longestPatient} autoComplete="off" aria-describedby="patient-rule" />
      </label>
      <p id="patient-rule" className="small quiet">The record number, not the name. Only those who review see it; the audit holds a code in its place.</p>
      <label className="stacked" htmlFor="emergency-reason">Why you need it now</label>
      <textarea id="emergency-reason" rows={4} required maxLength={longestReason} value={reason} aria-describedby="reason-rule reason-count" onChange={({ target }) => setReason(target.value)} />
      <p className="row small quiet">
        <span id="reason-rule" className="grow">At least {shortestReason} characters. Do not name the patient.</span>
        <span id="reason-count" className={written < shortestReason ? 'count short' : 'count'}>{written < shortestReason ? `${shortestReason - written} more` : `${written} of ${longestReason}`}</span>
      </p>
      {problem && <p className="problem" role="alert">{problem}</p>}
      <div className="row"><button className="primary danger" disabled={busy || written < shortestReason}><Siren aria-hidden />{busy ? 'Opening…' : 'Open in an emergency'}</button></div>
    </form>
  );
}

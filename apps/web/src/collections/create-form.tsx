import { kb } from '@voiceassist/contracts';
import { FolderPlus } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useSession } from '../session/session.ts';
import { useAction } from '../shell/use-action.ts';
import { GrantFields, grantsIn } from './grant-fields.tsx';

const usually = { roles: ['clinician', 'nurse', 'researcher', 'viewer'] as const, userIds: [] };

/** A new collection with those who may read it. */
export function CreateForm({ onCreated }: { readonly onCreated: () => void }) {
  const { client } = useSession();
  const [made, setMade] = useState(0);
  const { act, problem, busy } = useAction(() => {
    setMade(made + 1);
    onCreated();
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [name, description] = [form.get('name') as string, form.get('description') as string]; // text inputs
    act(() => client.request(kb.createCollection, { name, description, grants: grantsIn(form) }));
  };
  return (
    // a new key empties all fields, the people chosen included
    <form key={made} className="card" onSubmit={submit} aria-labelledby="create-title">
      <h2 id="create-title">Create a collection</h2>
      <div className="fields">
        <label>Name<input name="name" required maxLength={200} autoComplete="off" /></label>
        <label>What it holds<input name="description" maxLength={2000} autoComplete="off" /></label>
      </div>
      <GrantFields grants={{ roles: [...usually.roles], userIds: usually.userIds }} />
      {problem && <p className="problem" role="alert">{problem}</p>}
      <div className="row"><button className="primary" disabled={busy}><FolderPlus aria-hidden />{busy ? 'Creating…' : 'Create'}</button></div>
    </form>
  );
}

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { auth, Permission, reachOf, type SignedInUser } from '@voiceassist/contracts';
import { Copy, KeyRound, Trash2 } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useSession } from '../session/session.ts';
import { dateAndTime, day } from '../shell/dates.ts';
import { useAction } from '../shell/use-action.ts';

/** What most programs want: to search and to ask. */
const usual: readonly Permission[] = ['passages.search', 'answers.ask'];
const lifetimesInDays = [30, 90, 365] as const;

function ShownKey({ text, onDone }: { readonly text: string; readonly onDone: () => void }) {
  return (
    <div className="card" role="status">
      <p>Copy the key now. It is not shown again.</p>
      <code className="secret">{text}</code>
      <div className="row">
        <button onClick={() => void navigator.clipboard.writeText(text).catch(() => undefined)}><Copy aria-hidden />Copy</button>
        <button className="primary" onClick={onDone}>Done</button>
      </div>
    </div>
  );
}

interface NewKey {
  readonly name: string;
  readonly expiresInDays: number;
  readonly permissions: Permission[];
}

function NewKeyForm({ user, busy, onCreate }: { readonly user: SignedInUser; readonly busy: boolean; readonly onCreate: (key: NewKey) => void }) {
  const held = Permission.options.filter((permission) => reachOf(permission, user));
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    onCreate({ name: form.get('name') as string, expiresInDays: Number(form.get('days')), permissions: Permission.array().parse(form.getAll('permission')) }); // a text input
  };
  return (
    <form className="card" onSubmit={submit}>
      <div className="fields">
        <label>What it is for<input name="name" required maxLength={100} /></label>
        <label>
          Good for
          <select name="days" defaultValue={90}>{lifetimesInDays.map((days) => <option key={days} value={days}>{days} days</option>)}</select>
        </label>
      </div>
      <fieldset>
        <legend>What it may do</legend>
        <div className="checks">{held.map((permission) => <label key={permission}><input type="checkbox" name="permission" value={permission} defaultChecked={usual.includes(permission)} />{permission}</label>)}</div>
      </fieldset>
      <div className="row"><button className="primary" disabled={busy}>Create the key</button></div>
    </form>
  );
}

/** Keys with which programs act for the person. */
export function ApiKeyList({ user }: { readonly user: SignedInUser }) {
  const { client } = useSession();
  const queries = useQueryClient();
  const { act, problem, busy } = useAction(() => void queries.invalidateQueries({ queryKey: ['api-keys'] }));
  const [shown, setShown] = useState<string | null>(null);
  const [creating, setCreating] = useState(false);
  const { data, error } = useQuery({ queryKey: ['api-keys'], queryFn: ({ signal }) => client.request(auth.listApiKeys, { ownerId: user.userId }, { signal }) });
  const create = async (key: NewKey) => {
    setShown((await client.request(auth.createApiKey, key)).key);
    setCreating(false);
  };
  return (
    <section className="card" aria-labelledby="keys-title">
      <h2 id="keys-title">API keys</h2>
      <p className="quiet">For programs that act for you. Each can do only what you allow it, and never more than you.</p>
      {(problem ?? error) && <p className="problem" role="alert">{problem ?? error?.message}</p>}
      {shown && <ShownKey text={shown} onDone={() => setShown(null)} />}
      {data && data.apiKeys.length > 0 && (
        <ul className="things">
          {data.apiKeys.map(({ keyId, name, prefix, permissions, expiresAt, lastUsedAt }) => (
            <li key={keyId}>
              <KeyRound aria-hidden />
              <div className="grow">
                <strong>{name}</strong> <code>{prefix}…</code>
                <p className="quiet small">{permissions.join(', ')} · good until {day(expiresAt)} · {lastUsedAt ? `last used ${dateAndTime(lastUsedAt)}` : 'never used'}</p>
              </div>
              <button className="icon" aria-label={`Revoke ${name}`} disabled={busy} onClick={() => window.confirm(`Revoke “${name}”? Programs that use it stop working at once.`) && act(() => client.request(auth.revokeApiKey, { keyId }))}><Trash2 /></button>
            </li>
          ))}
        </ul>
      )}
      {creating ? <NewKeyForm user={user} busy={busy} onCreate={(key) => act(() => create(key))} /> : <div className="row"><button onClick={() => setCreating(true)}><KeyRound aria-hidden />Create a key</button></div>}
    </section>
  );
}

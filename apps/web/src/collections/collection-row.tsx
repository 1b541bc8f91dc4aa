import { type Collection, kb, reachOf } from '@voiceassist/contracts';
import { Trash2 } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useSession } from '../session/session.ts';
import { useAction } from '../shell/use-action.ts';
import { GrantFields, grantsIn, nameOfReaders } from './grant-fields.tsx';

interface CollectionRowProps {
  readonly collection: Collection;
  readonly onChanged: () => void;
}

const counted = (count: number, one: string, many: string) => `${count.toLocaleString()} ${count === 1 ? one : many}`;

function Readers({ grants: { roles, userIds } }: Pick<Collection, 'grants'>) {
  if (roles.length + userIds.length === 0) return <span className="badge off">administrators only</span>;
  return (
    <>
      {roles.map((role) => <span key={role} className="badge">{nameOfReaders(role)}</span>)}
      {userIds.length > 0 && <span className="badge">{counted(userIds.length, 'person', 'people')}</span>}
    </>
  );
}

function Editor({ collection: { collectionId, name, grants, documentCount }, onChanged }: CollectionRowProps) {
  const { client, user } = useSession();
  const [notice, setNotice] = useState('');
  const { act, problem, busy } = useAction(onChanged);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const wanted = grantsIn(new FormData(event.currentTarget));
    act(async () => {
      await client.request(kb.changeGrants, { collectionId, grants: wanted });
      setNotice('Saved. The next search already obeys.');
    });
  };
  const remove = () => {
    const loss = documentCount === 0 ? 'It is empty.' : `${counted(documentCount, 'document', 'documents')} in it will be gone for good.`;
    if (window.confirm(`Delete the collection “${name}”? ${loss}`)) act(() => client.request(kb.deleteCollection, { collectionId }));
  };
  return (
    <form className="person-actions" onSubmit={submit} aria-label={`Access to ${name}`}>
      <GrantFields grants={grants} />
      {problem && <p className="problem" role="alert">{problem}</p>}
      <div className="row">
        <button className="primary" disabled={busy}>Save access</button>
        {user && reachOf('collections.delete', user) && <button type="button" disabled={busy} onClick={remove}><Trash2 aria-hidden />Delete the collection</button>}
        <span role="status" className="quiet small">{notice}</span>
      </div>
    </form>
  );
}

/** One collection: what it is, who may read it, and behind a button the change of that. */
export function CollectionRow({ collection, onChanged }: CollectionRowProps) {
  const [open, setOpen] = useState(false);
  const { name, description, sample, documentCount } = collection;
  return (
    <li className="person collection">
      <div className="row">
        <div className="grow">
          <strong dir="auto">{name}</strong> {sample && <span className="badge off">sample</span>}
          <p className="quiet small">{counted(documentCount, 'document', 'documents')}{description && <> · <span dir="auto">{description}</span></>}</p>
        </div>
        <span className="row"><Readers grants={collection.grants} /></span>
        <button aria-expanded={open} aria-label={`${open ? 'Close' : 'Change'} access to ${name}`} onClick={() => setOpen(!open)}>{open ? 'Close' : 'Change'}</button>
      </div>
      {open && <Editor collection={collection} onChanged={onChanged} />}
    </li>
  );
}

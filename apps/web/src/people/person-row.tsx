import { auth, Role, users, type User } from '@voiceassist/contracts';
import { type FormEvent, useState } from 'react';
import { useSession } from '../session/session.ts';
import { useAction } from '../shell/use-action.ts';
import { RoleChecks } from './role-checks.tsx';
import { nameOfRole } from './roles.ts';

interface PersonRowProps {
  readonly person: User;
  /** Whether the reader may change people, not only see them. */
  readonly canChange: boolean;
  readonly onChanged: () => void;
}

function PersonActions({ person: { userId, displayName, active, roles }, onChanged }: Omit<PersonRowProps, 'canChange'>) {
  const { client } = useSession();
  const [notice, setNotice] = useState('');
  const { act, problem, busy } = useAction(onChanged);
  const sure = (question: string, work: () => Promise<unknown>) => window.confirm(question) && act(work);
  const changeRoles = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const chosen = Role.array().parse(new FormData(event.currentTarget).getAll('role'));
    act(() => client.request(users.changeRoles, { userId, roles: chosen }));
  };
  const tell = (text: string, work: () => Promise<unknown>) => act(async () => {
    await work();
    setNotice(text);
  });
  return (
    <div className="person-actions">
      <form className="row" onSubmit={changeRoles}>
        <RoleChecks chosen={roles} />
        <button disabled={busy}>Save roles</button>
      </form>
      <div className="row">
        <button disabled={busy} onClick={() => tell('Unlocked.', () => client.request(auth.unlockAccount, { userId }))}>Unlock sign-in</button>
        <button disabled={busy} onClick={() => tell('A link is on its way.', () => client.request(auth.sendLink, { userId, kind: 'password-reset' }))}>Send a link for a new password</button>
        <button disabled={busy} onClick={() => sure(`Remove all second factors of ${displayName}? Do this only if you know that the request is theirs.`, () => client.request(auth.resetFactors, { userId }))}>Reset second factor</button>
        {active
          ? <button disabled={busy} onClick={() => sure(`Deactivate ${displayName}? Every session ends at once.`, () => client.request(users.deactivateUser, { userId }))}>Deactivate</button>
          : <button disabled={busy} onClick={() => act(() => client.request(users.activateUser, { userId }))}>Activate</button>}
        <span role="status" className="quiet small">{notice}</span>
      </div>
      {problem && <p className="problem" role="alert">{problem}</p>}
    </div>
  );
}

/** One person: who, with which roles, and behind a button what can be done. */
export function PersonRow({ person, canChange, onChanged }: PersonRowProps) {
  const [open, setOpen] = useState(false);
  const { displayName, email, roles, active } = person;
  return (
    <li className="person">
      <div className="row">
        <div className="grow">
          <strong>{displayName}</strong> {!active && <span className="badge off">deactivated</span>}
          <p className="quiet small">{email}</p>
        </div>
        <span className="row">{roles.map((role) => <span key={role} className="badge">{nameOfRole(role)}</span>)}</span>
        {canChange && <button aria-expanded={open} aria-label={`${open ? 'Close' : 'Change'} ${displayName}`} onClick={() => setOpen(!open)}>{open ? 'Close' : 'Change'}</button>}
      </div>
      {open && <PersonActions person={person} onChanged={onChanged} />}
    </li>
  );
}

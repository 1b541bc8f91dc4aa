import { auth, Role } from '@voiceassist/contracts';
import { UserPlus } from 'lucide-react';
import { type FormEvent, useRef } from 'react';
import { useSession } from '../session/session.ts';
import { useAction } from '../shell/use-action.ts';
import { RoleChecks } from './role-checks.tsx';

/** Invites somebody, who then chooses a password with a link. */
export function InviteForm({ onInvited }: { readonly onInvited: () => void }) {
  const { client } = useSession();
  const form = useRef<HTMLFormElement>(null);
  const { act, problem, busy } = useAction(() => {
    form.current?.reset();
    onInvited();
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const [displayName, email] = [fields.get('name') as string, fields.get('email') as string]; // text inputs
    act(() => client.request(auth.inviteUser, { displayName, email, roles: Role.array().parse(fields.getAll('role')) }));
  };
  return (
    <form ref={form} className="card" onSubmit={submit} aria-labelledby="invite-title">
      <h2 id="invite-title">Invite somebody</h2>
      <div className="fields">
        <label>Name<input name="name" required maxLength={200} autoComplete="off" /></label>
        <label>E-mail<input name="email" type="email" required maxLength={254} autoComplete="off" /></label>
      </div>
      <RoleChecks chosen={['clinician']} />
      {problem && <p className="problem" role="alert">{problem}</p>}
      <div className="row"><button className="primary" disabled={busy}><UserPlus aria-hidden />{busy ? 'Inviting…' : 'Invite'}</button></div>
    </form>
  );
}

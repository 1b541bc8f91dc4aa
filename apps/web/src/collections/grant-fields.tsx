import { ReadGrants, Role } from '@voiceassist/contracts';
import { nameOfRole } from '../people/roles.ts';
import { PeoplePicker } from './people-picker.tsx';

/** Administrators read everything anyway. */
const grantable = Role.options.filter((role) => role !== 'admin');
export const nameOfReaders = (role: Role): string => role === 'service' ? 'Service accounts' : nameOfRole(role);

/** Who may read, as fields of a form; `grantsIn` takes them out again. */
export function GrantFields({ grants: { roles, userIds } }: { readonly grants: ReadGrants }) {
  return (
    <>
      <fieldset>
        <legend>Everybody who is</legend>
        <div className="checks">
          {grantable.map((role) => <label key={role}><input type="checkbox" name="role" value={role} defaultChecked={roles.includes(role)} />{nameOfReaders(role)}</label>)}
        </div>
      </fieldset>
      <PeoplePicker chosen={userIds} />
    </>
  );
}

export const grantsIn = (form: FormData): ReadGrants => ReadGrants.parse({ roles: form.getAll('role'), userIds: form.getAll('person') });

import type { Role } from '@voiceassist/contracts';
import { nameOfRole, roles } from './roles.ts';

/** One box per role, in a form under the name `role`. */
export function RoleChecks({ chosen }: { readonly chosen: readonly Role[] }) {
  return (
    <fieldset>
      <legend>Roles</legend>
      <div className="checks">
        {roles.map((role) => <label key={role}><input type="checkbox" name="role" value={role} defaultChecked={chosen.includes(role)} />{nameOfRole(role)}</label>)}
      </div>
    </fieldset>
  );
}

import { Role } from '@voiceassist/contracts';
import { Config, setting } from '@voiceassist/kit';
import { z } from 'zod';
import { groupKeyOf, type GroupRoles } from './group-roles.js';

const Pair = z.string().transform((text, context) => {
  const [, group = '', name = ''] = /^(.+)=([^=]+)$/.exec(text) ?? [];
  const role = Role.exclude(['service']).safeParse(name.trim());
  if (group.trim() === '' || !role.success) {
    context.addIssue({ code: 'custom', message: 'must be pairs like Ward doctors=clinician, separated by semicolons' });
    return z.NEVER;
  }
  return { group: groupKeyOf(group), role: role.data };
});

const pairs = z.string().default('').transform((text) => text.split(';').map((part) => part.trim()).filter((part) => part !== '')).pipe(z.array(Pair));

/** What identity providers may do by SCIM. */
export class ScimConfig extends Config({
  SCIM_GROUP_ROLES: setting(
    pairs.transform((list): GroupRoles => list),
    'Roles that groups of the identity provider give, as `Ward doctors=clinician;Nurses=nurse`; a role that stands here is given and taken by groups alone. `admin` and `privacy_officer` are out of reach unless they stand here.',
  ),
  SCIM_INVITATIONS: setting(
    z.enum(['sent', 'none']).default('sent'),
    'Whether people made by SCIM are sent a link to choose a password; `none` where all of them use single sign-on.',
  ),
}) {}

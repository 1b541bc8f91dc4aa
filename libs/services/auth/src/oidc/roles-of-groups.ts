import type { Role } from '@voiceassist/contracts';
import type { ProviderSettings } from './provider-settings.js';

type Mapping = Pick<ProviderSettings, 'groupRoles' | 'defaultRoles'>;

/** What the groups give; the default roles where they give nothing. */
export function rolesOfGroups(groups: readonly string[], { groupRoles, defaultRoles }: Mapping): Role[] {
  const given = new Set(Object.entries(groupRoles).flatMap(([group, roles]) => (groups.includes(group) ? roles : [])));
  return given.size > 0 ? [...given] : [...defaultRoles];
}

/** Somebody's roles after a sign-in with these groups. Only roles that the mapping names come and go; without a mapping none does. */
export function rolesAfter(current: readonly Role[], groups: readonly string[], mapping: Mapping): Role[] {
  const mapped = Object.values(mapping.groupRoles).flat();
  if (mapped.length === 0) return [...current];
  const governed = new Set<Role>([...mapped, ...mapping.defaultRoles]);
  const kept = current.filter((role) => !governed.has(role));
  return [...new Set([...kept, ...rolesOfGroups(groups, mapping)])];
}

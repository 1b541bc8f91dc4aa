import type { Role } from '@voiceassist/contracts';

/** Roles that people can have; service accounts have their own. */
export const roleNames: Readonly<Partial<Record<Role, string>>> = {
  admin: 'Administrator', privacy_officer: 'Privacy officer', clinician: 'Clinician', nurse: 'Nurse', researcher: 'Researcher', viewer: 'Viewer',
};
export const roles = Object.keys(roleNames) as Role[]; // keys of the table above

export const nameOfRole = (role: Role): string => roleNames[role] ?? 'Service';

import type { User } from '@voiceassist/contracts';
import type { Profile } from './profile.entity.js';

export function toUser({ userId, email, displayName, roles, customRoleIds, active, createdAt }: Profile): User {
  return { userId, email, displayName, roles, customRoleIds, active, createdAt: createdAt.toISOString() };
}

import { z } from 'zod';
import { Instant, UserId } from '../kernel/ids.js';
import { Permission, Role } from '../kernel/permissions.js';

export const User = z.object({
  userId: UserId,
  email: z.email(),
  displayName: z.string(),
  roles: z.array(Role),
  /** Composed roles, beside those of the house. */
  customRoleIds: z.array(z.uuid()).optional(),
  /** What the composed roles give; told where one person is read. */
  permissions: z.array(Permission).optional(),
  active: z.boolean(),
  createdAt: Instant,
});
export type User = z.infer<typeof User>;

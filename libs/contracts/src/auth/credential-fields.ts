import { z } from 'zod';

export const Email = z.email().max(254);
/** As it was typed; how long it must be is decided by `auth`, which knows whether a second factor stands beside it. */
export const Password = z.string().min(1).max(1024);

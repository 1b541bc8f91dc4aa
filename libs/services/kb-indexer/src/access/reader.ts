import { reachOf, type Actor } from '@voiceassist/contracts';

/** Who wants to read: everything, or what is granted to the roles or to the person. */
export interface Reader {
  readonly everything: boolean;
  readonly roles: readonly string[];
  readonly userId: string | null;
}

/** Administrators and our own services on their own account read everything; strangers read nothing. */
export function readerOf(actor: Actor): Reader {
  if (actor.type === 'service') return { everything: true, roles: [], userId: null };
  if (actor.type === 'anonymous') return { everything: false, roles: [], userId: null };
  return { everything: reachOf('collections.read', actor) === 'any', roles: actor.roles, userId: actor.userId };
}

/** SQL that is true for a live collection `c` that the reader may read; its three values are `readerValues`, from `$1` on. */
export const readableCollection = `(c.deleted_at IS NULL AND ($1::boolean OR c.roles && $2::text[] OR $3::uuid = ANY (c.user_ids)))`;

export const readerValues = ({ everything, roles, userId }: Reader): readonly unknown[] => [everything, roles, userId];

import { reachOf, type Actor, type UserActor } from '@voiceassist/contracts';
import { deIdentified } from './de-identified.js';

/** Who wants to read: everything, or what is granted to the roles or to the person. */
export interface Reader {
  readonly everything: boolean;
  readonly roles: readonly string[];
  readonly userId: string | null;
  /** Opened by emergency access. */
  readonly emergencyCollectionId?: string;
  /** How a text of a document is shown to this reader: as it stands, or without what identifies people. */
  readonly show: (text: string) => string;
}

const asItStands = (text: string) => text;

/** Administrators and our own services on their own account read everything; strangers read nothing. */
export function readerOf(actor: Actor): Reader {
  if (actor.type === 'service') return { everything: true, roles: [], userId: null, show: asItStands };
  if (actor.type === 'anonymous') return { everything: false, roles: [], userId: null, show: deIdentified };
  const reach = reachOf('collections.read', actor);
  const show = reach === 'any' || reach === 'granted' ? asItStands : deIdentified;
  return { everything: reach === 'any', roles: actor.roles, userId: actor.userId, emergencyCollectionId: openedByEmergency(actor), show };
}

/** A socket may have been opened with an emergency access that has run out since. */
function openedByEmergency({ emergency }: UserActor): string | undefined {
  return emergency && emergency.until * 1_000 > Date.now() ? emergency.collectionId : undefined;
}

/** SQL that is true for a live collection `c` that the reader may read; its four values are `readerValues`, from `$1` on. */
export const readableCollection = `(c.deleted_at IS NULL AND ($1::boolean OR c.roles && $2::text[] OR $3::uuid = ANY (c.user_ids) OR coalesce(c.id = $4::uuid, false)))`;

export const readerValues = ({ everything, roles, userId, emergencyCollectionId }: Reader): readonly unknown[] => [everything, roles, userId, emergencyCollectionId ?? null];

import { Injectable } from '@nestjs/common';
import type { LinkKind } from '@voiceassist/contracts';
import { DataSource, MoreThan, type EntityManager } from 'typeorm';
import { Link } from './link.entity.js';

const mostListed = 200;

/** What becomes of a link when another of its kind is begun: it was handed over and stays, it waits and will do, or it is over. */
export type HeldLink = 'stays' | 'waits' | 'over';

export type NewLink = Pick<Link, 'linkId' | 'kind' | 'userId' | 'createdAt' | 'pendingUntil'>;

@Injectable()
export class LinksRepository {
  constructor(private readonly dataSource: DataSource) {}

  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(work);
  }

  get manager(): EntityManager {
    return this.dataSource.manager;
  }

  /** Writes a link and answers its id; or that of the one of its kind which still waits, or null where the person was handed one that is to stay. */
  async begin(link: NewLink, fateOf: (held: Link) => HeldLink): Promise<string | null> {
    return this.dataSource.transaction(async (manager) => {
      await manager.query(`SELECT pg_advisory_xact_lock(hashtextextended('auth.link ' || $1, 0))`, [link.userId]);
      const held = await manager.findOneBy(Link, { userId: link.userId, kind: link.kind });
      const fate = held ? fateOf(held) : 'over';
      if (fate === 'stays') return null;
      if (held && fate === 'waits') {
        await manager.update(Link, { linkId: held.linkId }, { pendingUntil: link.pendingUntil });
        return held.linkId;
      }
      await this.end(manager, link.userId, link.kind);
      await manager.insert(Link, link);
      return link.linkId;
    });
  }

  /** Ends the person's link of that kind, if there is one. */
  async end(manager: EntityManager, userId: string, kind: LinkKind): Promise<void> {
    await manager.delete(Link, { userId, kind });
  }

  /** Gives the link a secret; false when it is gone or no longer pending. */
  setToken(linkId: string, token: Pick<Link, 'tokenHash' | 'tokenExpiresAt' | 'handedOverAt'>): Promise<boolean> {
    return this.dataSource.transaction(async (manager) => {
      const { affected } = await manager.update(Link, { linkId, pendingUntil: MoreThan(new Date()) }, token);
      return affected === 1;
    });
  }

  async noteMailed(linkId: string): Promise<void> {
    await this.dataSource.manager.update(Link, { linkId }, { mailed: true, handedOverAt: new Date() });
  }

  find(linkId: string): Promise<Link | null> {
    return this.dataSource.manager.findOneBy(Link, { linkId, pendingUntil: MoreThan(new Date()) });
  }

  findByToken(tokenHash: Buffer): Promise<Link | null> {
    return this.dataSource.manager.findOneBy(Link, { tokenHash, tokenExpiresAt: MoreThan(new Date()) });
  }

  /** Uses the link up; false when somebody else has just done so. */
  async use(manager: EntityManager, { linkId }: Link, tokenHash: Buffer): Promise<boolean> {
    const { affected } = await manager.delete(Link, { linkId, tokenHash });
    return affected === 1;
  }

  /** Ends whatever could still set a password of this person. */
  async endPasswordLinks(manager: EntityManager, userId: string): Promise<void> {
    const kinds: LinkKind[] = ['invitation', 'password-reset'];
    for (const kind of kinds) await manager.delete(Link, { userId, kind });
  }

  /** Ends whatever was sent to this person, or is to be. */
  async endAll(manager: EntityManager, userId: string): Promise<void> {
    await manager.delete(Link, { userId });
  }

  /** Links that no mail carried, the newest first, with the address they are for. */
  listUnmailed(): Promise<(Link & { email: string })[]> {
    return this.dataSource.query(
      `SELECT l.link_id AS "linkId", l.kind, l.user_id AS "userId", l.created_at AS "createdAt", l.pending_until AS "pendingUntil", a.email_key AS email
       FROM auth.link AS l JOIN auth.account AS a USING (user_id)
       WHERE NOT l.mailed AND l.pending_until > clock_timestamp() ORDER BY l.created_at DESC LIMIT ${mostListed}`,
    );
  }

  async forgetOld(): Promise<void> {
    await this.dataSource.query('DELETE FROM auth.link WHERE greatest(pending_until, token_expires_at) < clock_timestamp()');
  }
}

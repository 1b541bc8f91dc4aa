import { Injectable } from '@nestjs/common';
import type { LinkKind } from '@voiceassist/contracts';
import { DataSource, MoreThan, type EntityManager } from 'typeorm';
import { Link } from './link.entity.js';

const mostListed = 200;

@Injectable()
export class LinksRepository {
  constructor(private readonly dataSource: DataSource) {}

  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(work);
  }

  get manager(): EntityManager {
    return this.dataSource.manager;
  }

  /** Takes the place of the person's other links of that kind. */
  async replace(link: Pick<Link, 'linkId' | 'kind' | 'userId' | 'createdAt' | 'pendingUntil'>): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await manager.query(`SELECT pg_advisory_xact_lock(hashtextextended('auth.link ' || $1, 0))`, [link.userId]);
      await manager.delete(Link, { userId: link.userId, kind: link.kind });
      await manager.insert(Link, link);
    });
  }

  /** Gives the link a secret; false when it is gone or no longer pending. */
  async setToken(linkId: string, tokenHash: Buffer, tokenExpiresAt: Date): Promise<boolean> {
    const { affected } = await this.dataSource.manager.update(Link, { linkId, pendingUntil: MoreThan(new Date()) }, { tokenHash, tokenExpiresAt });
    return affected === 1;
  }

  async noteMailed(linkId: string): Promise<void> {
    await this.dataSource.manager.update(Link, { linkId }, { mailed: true });
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

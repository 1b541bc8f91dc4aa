import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { auth, type LinkKind, type PendingLink } from '@voiceassist/contracts';
import { failure } from '@voiceassist/kit';
import type { EntityManager } from 'typeorm';
import { AuthConfig } from '../auth.config.js';
import type { Link } from './link.entity.js';
import { LinksRepository, type HeldLink } from './links.repository.js';

const minuteMs = 60_000;
const dayMs = 1_440 * minuteMs;

/** How long a link works once it was sent or shown. */
const worksForMs: Readonly<Record<LinkKind, number>> = { invitation: 3 * dayMs, 'password-reset': 30 * minuteMs, verification: dayMs };
/** How long a link waits to be sent or shown. */
const waitsForMs: Readonly<Record<LinkKind, number>> = { invitation: 14 * dayMs, 'password-reset': dayMs, verification: dayMs };

/** So long a link for a new password stays as it is, however often somebody asks for another. */
const keptForMs = 10 * minuteMs;

/** Anybody can ask for a new password in anybody's name, and must not thereby end the link that the owner is about to use. */
function fateOf({ kind, handedOverAt, tokenExpiresAt, pendingUntil }: Link, now: Date): HeldLink {
  if (!handedOverAt) return pendingUntil > now ? 'waits' : 'over';
  const isLive = tokenExpiresAt !== null && tokenExpiresAt > now && handedOverAt.getTime() > now.getTime() - keptForMs;
  return kind === 'password-reset' && isLive ? 'stays' : 'over';
}

const hashOf = (token: string) => createHash('sha256').update(token).digest();

/** Links that work once and for a while. Only a hash of the secret is kept, and only from when it is sent or shown. */
@Injectable()
export class Links {
  constructor(
    private readonly links: LinksRepository,
    private readonly config: AuthConfig,
  ) {}

  /** The link to be sent or shown, without a secret yet; null where the person was handed one so lately that it has to do. */
  begin(kind: LinkKind, userId: string): Promise<string | null> {
    const createdAt = new Date();
    const link = { linkId: randomUUID(), kind, userId, createdAt, pendingUntil: new Date(createdAt.getTime() + waitsForMs[kind]) };
    return this.links.begin(link, (held) => fateOf(held, createdAt));
  }

  /** Gives the link its secret and answers it; a secret that it had before works no longer. */
  async issue(linkId: string, handedOverAt: Date | null = null): Promise<{ url: string; expiresAt: Date }> {
    const link = await this.links.find(linkId);
    if (!link) throw notFound();
    const token = `val_${randomBytes(32).toString('base64url')}`;
    const expiresAt = new Date(Date.now() + worksForMs[link.kind]);
    if (!(await this.links.setToken(linkId, { tokenHash: hashOf(token), tokenExpiresAt: expiresAt, handedOverAt }))) throw notFound();
    // behind the number sign it is never sent to a server, and so stands in no server's log
    return { url: `${new URL('/link', this.config.PUBLIC_URL).href}#${token}`, expiresAt };
  }

  noteMailed(linkId: string): Promise<void> {
    return this.links.noteMailed(linkId);
  }

  /** The same for an administrator, of links that no mail has carried. */
  reveal({ linkId }: Link): Promise<{ url: string; expiresAt: Date }> {
    return this.issue(linkId, new Date());
  }

  /** One that no mail has carried. */
  async getUnmailed(linkId: string): Promise<Link> {
    const link = await this.links.find(linkId);
    if (!link || link.mailed) throw notFound();
    return link;
  }

  /** Fails with LINK_NOT_VALID for links of other kinds, used ones, old ones and inventions alike. */
  async read(token: string, kinds: readonly LinkKind[]): Promise<Link> {
    const link = await this.links.findByToken(hashOf(token));
    if (!link || !kinds.includes(link.kind)) throw linkNotValid();
    return link;
  }

  /** Uses the link up within the transaction of what it is good for. */
  async use(manager: EntityManager, link: Link, token: string): Promise<void> {
    if (!(await this.links.use(manager, link, hashOf(token)))) throw linkNotValid();
  }

  async listPending(): Promise<PendingLink[]> {
    return (await this.links.listUnmailed()).map(({ linkId, kind, userId, email, createdAt, pendingUntil }) => ({
      linkId, kind, userId, email, createdAt: createdAt.toISOString(), pendingUntil: pendingUntil.toISOString(),
    }));
  }
}

const notFound = () => failure(auth.revealLink, 'LINK_NOT_FOUND', 'There is no such link any more.');
export const linkNotValid = () => failure(auth.readLink, 'LINK_NOT_VALID', 'This link does not work any more. Ask for a new one.');

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Actor, type UserActor } from '@voiceassist/contracts';
import { commonFailure } from '@voiceassist/kit';
import { BusConfig, canonicalJson, sealOf, serviceSecret } from '@voiceassist/messaging';
import { KeyValue } from '@voiceassist/storage';
import { z } from 'zod';
import { RealtimeConfig } from '../realtime.config.js';

export const ticketLifetimeMs = 30_000;

const hashOf = (ticket: string) => createHash('sha256').update(ticket).digest('hex');
const keyOf = (ticketHash: string) => `ticket:${ticketHash}`;

/** Stands beside the fields of the actor, so that replicas of the release before can read the ticket. */
const Seal = z.object({ seal: z.object({ issuedAt: z.number(), mac: z.string() }) });

/**
 * One-time keys for sockets; only their hashes are stored. Whom a ticket is for is sealed under a key that the store does
 * not have, so that whoever can write there can neither make a ticket nor change one.
 */
@Injectable()
export class Tickets {
  private readonly key: Buffer;

  constructor(private readonly keyValue: KeyValue, bus: BusConfig, { REALTIME_TICKET_KEY }: RealtimeConfig) {
    this.key = REALTIME_TICKET_KEY ?? serviceSecret(bus, 'socket tickets') ?? randomBytes(32);
  }

  async issue(actor: UserActor): Promise<string> {
    const ticket = randomBytes(32).toString('base64url');
    const [ticketHash, issuedAt] = [hashOf(ticket), Date.now()];
    const seal = { issuedAt, mac: this.macOf(ticketHash, issuedAt, actor) };
    await this.keyValue.set(keyOf(ticketHash), JSON.stringify({ ...actor, seal }), ticketLifetimeMs);
    return ticket;
  }

  /**
   * The person the ticket was issued to, or null when it is unknown, used or too old. Fails with UNAVAILABLE for one that
   * is not sealed by us: in earnest it comes from a replica of another release, and the next one will do.
   */
  async redeem(ticket: string): Promise<UserActor | null> {
    const ticketHash = hashOf(ticket);
    const stored = await this.keyValue.take(keyOf(ticketHash));
    if (stored === null) return null;
    const read: unknown = JSON.parse(stored);
    const [actor, sealed] = [Actor.parse(read), Seal.safeParse(read)];
    if (actor.type !== 'user') return null;
    const { issuedAt, mac } = sealed.data?.seal ?? { issuedAt: 0, mac: '' };
    if (!isSame(mac, this.macOf(ticketHash, issuedAt, actor))) throw commonFailure('UNAVAILABLE', 'The ticket is not sealed by this installation.');
    return Date.now() - issuedAt <= ticketLifetimeMs ? actor : null;
  }

  /** Bound to the ticket and its moment: a seal that was seen elsewhere or earlier is worth nothing. */
  private macOf(ticketHash: string, issuedAt: number, actor: Actor): string {
    return sealOf(this.key, canonicalJson({ ticketHash, issuedAt, actor: Actor.parse(actor) }));
  }
}

function isSame(left: string, right: string): boolean {
  const [one, other] = [Buffer.from(left), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}

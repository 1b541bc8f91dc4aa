import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Actor, type UserActor } from '@voiceassist/contracts';
import { KeyValue } from '@voiceassist/storage';

export const ticketLifetimeMs = 30_000;

const keyOf = (ticket: string) => `ticket:${createHash('sha256').update(ticket).digest('hex')}`;

/** One-time keys for sockets; only their hashes are stored. */
@Injectable()
export class Tickets {
  constructor(private readonly keyValue: KeyValue) {}

  async issue(actor: UserActor): Promise<string> {
    const ticket = randomBytes(32).toString('base64url');
    await this.keyValue.set(keyOf(ticket), JSON.stringify(actor), ticketLifetimeMs);
    return ticket;
  }

  /** The person the ticket was issued to, or null when it is unknown, used or too old. */
  async redeem(ticket: string): Promise<UserActor | null> {
    const stored = await this.keyValue.take(keyOf(ticket));
    if (stored === null) return null;
    const actor = Actor.parse(JSON.parse(stored));
    return actor.type === 'user' ? actor : null;
  }
}

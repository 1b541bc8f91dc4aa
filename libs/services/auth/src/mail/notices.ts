import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { auth, type Letter } from '@voiceassist/contracts';
import { Call } from '@voiceassist/kit';
import { Jobs } from '@voiceassist/messaging';
import type { EntityManager } from 'typeorm';

export type FactorChange = Extract<Letter, { kind: 'factor-changed' }>['change'];

/** Tells people by mail what was done to their account, within the transaction that did it. Without a mail server nothing is told. */
@Injectable()
export class Notices {
  constructor(private readonly jobs: Jobs) {}

  /** A factor of this person was added or removed. */
  factorChanged(manager: EntityManager, userId: string, change: FactorChange): Promise<void> {
    return this.tell(manager, { kind: 'factor-changed', userId, change, at: new Date().toISOString() });
  }

  /** An account at an identity provider now opens this person's account, or does so no longer. */
  identityChanged(manager: EntityManager, userId: string, change: 'linked' | 'unlinked'): Promise<void> {
    return this.tell(manager, { kind: 'identity-changed', userId, change, at: new Date().toISOString() });
  }

  /** Somebody asked for an account that is there already. */
  alreadyRegistered(manager: EntityManager, userId: string): Promise<void> {
    return this.tell(manager, { kind: 'already-registered', userId, at: new Date().toISOString() });
  }

  passwordChanged(manager: EntityManager, userId: string): Promise<void> {
    return this.tell(manager, { kind: 'password-changed', userId, at: new Date().toISOString() });
  }

  /** Somebody opened something by emergency access; this person watches over that. */
  emergencyOpened(manager: EntityManager, userId: string): Promise<void> {
    return this.tell(manager, { kind: 'emergency-opened', userId, at: new Date().toISOString() });
  }

  /** Reviews of emergency access are overdue; this person is to give them. */
  emergencyOverdue(manager: EntityManager, { userId, reviews }: { userId: string; reviews: number }): Promise<void> {
    return this.tell(manager, { kind: 'emergency-overdue', userId, reviews, at: new Date().toISOString() });
  }

  /** Remembers the device; tells of it when the person has used others before and this one never. */
  async signedIn(manager: EntityManager, userId: string, device: string): Promise<void> {
    const [seen] = await manager.query<[{ is_new: boolean; others: boolean }]>(
      `WITH known AS (SELECT device FROM auth.known_device WHERE user_id = $1),
         noted AS (INSERT INTO auth.known_device (user_id, device, seen_at) VALUES ($1, $2, clock_timestamp())
           ON CONFLICT (user_id, device) DO UPDATE SET seen_at = excluded.seen_at)
       SELECT NOT EXISTS (SELECT FROM known WHERE device = $2) AS is_new, EXISTS (SELECT FROM known) AS others`,
      [userId, device],
    );
    if (seen.is_new && seen.others) await this.tell(manager, { kind: 'new-device', userId, device, at: new Date().toISOString() });
  }

  /** Forgets devices that were not used for half a year. */
  async forgetOld(manager: EntityManager): Promise<void> {
    await manager.query(`DELETE FROM auth.known_device WHERE seen_at < clock_timestamp() - interval '180 days'`);
  }

  private async tell(manager: EntityManager, letter: Letter): Promise<void> {
    await this.jobs.enqueue(manager, auth.sendLetter, letter, { key: randomUUID(), call: Call.asService('auth') });
  }
}

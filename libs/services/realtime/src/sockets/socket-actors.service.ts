import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import type { UserActor } from '@voiceassist/contracts';
import { AppError } from '@voiceassist/kit';
import { AccessTokenVerifier, clockToleranceSeconds, RevocationFeed } from '@voiceassist/messaging';
import { Tickets } from '../tickets/tickets.service.js';
import { credentialOf } from './admission.js';

/** Finds out who wants to open a socket. */
@Injectable()
export class SocketActors {
  constructor(
    private readonly tickets: Tickets,
    private readonly tokens: AccessTokenVerifier,
    private readonly revocations: RevocationFeed,
  ) {}

  /** `unknown`: nobody who may be admitted. `untold`: that cannot be told at the moment. */
  async identify(request: IncomingMessage): Promise<UserActor | 'unknown' | 'untold'> {
    const credential = credentialOf(request);
    if (!credential) return 'unknown';
    try {
      await this.revocations.freshen();
      this.revocations.assertFresh();
      const actor = credential.kind === 'ticket' ? await this.tickets.redeem(credential.value) : (await this.tokens.verify(credential.value)).actor;
      return actor && !this.hasEnded(actor) ? this.withoutEndedEmergency(actor) : 'unknown';
    } catch (error) {
      return error instanceof AppError && error.code === 'UNAUTHENTICATED' ? 'unknown' : 'untold'; // what is away shows in /ready
    }
  }

  private hasEnded({ sessionId, validUntil = Number.POSITIVE_INFINITY }: UserActor): boolean {
    return this.revocations.isRevoked(sessionId) || (validUntil + clockToleranceSeconds) * 1_000 <= Date.now();
  }

  /** A ticket may be older than the end of the emergency access that it was issued under. */
  private withoutEndedEmergency({ emergency, ...actor }: UserActor): UserActor {
    return emergency && !this.revocations.isRevoked(emergency.emergencyId) ? { ...actor, emergency } : actor;
  }
}

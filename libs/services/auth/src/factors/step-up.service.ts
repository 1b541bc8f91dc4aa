import { Injectable } from '@nestjs/common';
import type { FactorChallenge, FactorProof, RenewedAccess } from '@voiceassist/contracts';
import { commonFailure, type Call } from '@voiceassist/kit';
import { SessionsService } from '../sessions/sessions.service.js';
import { FactorProofs } from './factor-proofs.service.js';

/**
 * Shows a second factor again in a session, for operations that demand a fresh one. A password does not count: it is
 * what a thief of the first factor has already, so whoever has no second factor sets one up first.
 */
@Injectable()
export class StepUp {
  constructor(
    private readonly proofs: FactorProofs,
    private readonly sessions: SessionsService,
  ) {}

  async begin(call: Call): Promise<FactorChallenge> {
    const { userId, sessionId } = call.user;
    const challenge = await this.proofs.ask({ purpose: 'step-up', userId, sessionId });
    if (!challenge) throw commonFailure('FACTOR_REQUIRED', 'Set up a second factor first.');
    return challenge;
  }

  async complete(proof: FactorProof, call: Call): Promise<RenewedAccess> {
    await this.proofs.check({ proof, purpose: 'step-up', sessionId: call.user.sessionId }, call);
    return this.sessions.factorShown(call);
  }
}

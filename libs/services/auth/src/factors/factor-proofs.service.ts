import { Injectable } from '@nestjs/common';
import { factorOperations, type FactorChallenge, type FactorMethod, type FactorProof } from '@voiceassist/contracts';
import { failure, type Call } from '@voiceassist/kit';
import { noteForAudit } from '@voiceassist/messaging';
import { AttemptsRepository, factorAttempts } from '../sign-in/attempts.repository.js';
import { countedFactorCheck } from '../sign-in/auth.metrics.js';
import { ChallengesRepository, type NewChallenge, type TriedChallenge } from './challenges/challenges.repository.js';
import type { Factor } from './factor.entity.js';
import { FactorsRepository } from './factors.repository.js';
import { Passkeys } from './passkeys/passkeys.service.js';
import { RecoveryCodes } from './recovery-codes/recovery-codes.service.js';
import { stepOfCode } from './totp/totp.js';
import { TotpSecrets } from './totp/totp-secrets.js';

export const challengeExpired = () => failure(factorOperations.verifyFactor, 'CHALLENGE_EXPIRED', 'This took too long or too many tries. Begin again.');
export const factorRefused = () => failure(factorOperations.verifyFactor, 'FACTOR_REFUSED', 'That did not match. Try again with a new code.');

/** What was shown, and at which occasion: at a sign-in, or in a session that asked for it. */
export interface ShownProof {
  readonly proof: FactorProof;
  readonly purpose: 'sign-in' | 'step-up';
  readonly sessionId?: string;
}

type Proven = TriedChallenge & { readonly userId: string };

/** Asks for second factors and checks what is shown. Failures count for the throttle; a challenge serves once. */
@Injectable()
export class FactorProofs {
  constructor(
    private readonly factors: FactorsRepository,
    private readonly challenges: ChallengesRepository,
    private readonly attempts: AttemptsRepository,
    private readonly secrets: TotpSecrets,
    private readonly passkeys: Passkeys,
    private readonly recoveryCodes: RecoveryCodes,
  ) {}

  /** Null when the person has no second factor to show. */
  async ask(challenge: NewChallenge & { readonly userId: string }): Promise<FactorChallenge | null> {
    const factors = await this.factors.list(challenge.userId);
    if (factors.length === 0) return null;
    const passkeys = factors.filter(({ kind }) => kind === 'passkey');
    const methods: FactorMethod[] = [
      ...(passkeys.length > 0 ? ['passkey' as const] : []),
      ...(passkeys.length < factors.length ? ['totp' as const] : []),
      'recovery-code',
    ];
    const { text, nonce } = await this.challenges.issue(challenge);
    return { challenge: text, methods, ...(passkeys.length > 0 && { passkeyOptions: this.passkeys.requestOptions(nonce, passkeys) }) };
  }

  /** For the session that began it, if one did. Fails with CHALLENGE_EXPIRED, FACTOR_REFUSED or, when there were too many failures, RATE_LIMITED. */
  check(shown: ShownProof, call: Call): Promise<Proven> {
    return countedFactorCheck(shown.proof.method, () => this.checkShown(shown, call));
  }

  private async checkShown({ proof, purpose, sessionId }: ShownProof, call: Call): Promise<Proven> {
    const tried = await this.challenges.try(proof.challenge, purpose);
    if (tried?.userId === undefined || tried.sessionId !== sessionId) throw challengeExpired();
    noteForAudit(call, { subjects: { userId: tried.userId } }); // whose account is tried, whatever comes of it
    const proven = { ...tried, userId: tried.userId };
    const key = factorAttempts(proven.userId);
    await this.attempts.begin(key);
    if (!(await this.matches(proof, proven))) throw factorRefused();
    await this.attempts.clear(key);
    if (!(await this.challenges.redeem(tried))) throw challengeExpired();
    return proven;
  }

  private async matches({ method, code = '', assertion }: FactorProof, { userId, nonce }: Proven): Promise<boolean> {
    if (method === 'recovery-code') return this.recoveryCodes.accept(userId, code);
    const factors = await this.factors.list(userId);
    if (method === 'totp') return this.matchesTotp(code, factors.find(({ kind }) => kind === 'totp'));
    const passkey = factors.find(({ credentialId }) => credentialId !== null && credentialId === assertion?.id);
    return assertion !== undefined && passkey !== undefined && this.passkeys.accept(assertion, nonce, passkey);
  }

  private async matchesTotp(code: string, app: Factor | undefined): Promise<boolean> {
    if (!app?.secret) return false;
    const step = stepOfCode(await this.secrets.open(app.secret, app.factorId), code);
    return step !== null && this.factors.takeStep(app.factorId, step);
  }
}

import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { factorOperations, type EnrolledFactor, type ParsedInputOf, type PasskeyCreationOptions } from '@voiceassist/contracts';
import { assertAccess, failure, type Call } from '@voiceassist/kit';
import type { EntityManager } from 'typeorm';
import { SessionsService } from '../sessions/sessions.service.js';
import { AttemptsRepository, factorAttempts } from '../sign-in/attempts.repository.js';
import { ChallengesRepository } from './challenges/challenges.repository.js';
import { FactorChanges } from './factor-changes.service.js';
import { challengeExpired, factorRefused } from './factor-proofs.service.js';
import type { Factor } from './factor.entity.js';
import { FactorsRepository } from './factors.repository.js';
import { Passkeys } from './passkeys/passkeys.service.js';
import { shownFactor } from './shown-factor.js';
import { newTotpSecret, stepOfCode, totpUri } from './totp/totp.js';
import { TotpSecrets } from './totp/totp-secrets.js';

type ConfirmedTotp = ParsedInputOf<typeof factorOperations.confirmTotp>;
type AddedPasskey = ParsedInputOf<typeof factorOperations.addPasskey>;

const mostFactors = 10;
/** How long after a sign-in with the password alone the first factor may be set up. */
const recentSignInMs = 15 * 60_000;

/** Sets up second factors. What was just set up has thereby been shown: the session counts as fresh. */
@Injectable()
export class Enrolment {
  constructor(
    private readonly factors: FactorsRepository,
    private readonly changes: FactorChanges,
    private readonly challenges: ChallengesRepository,
    private readonly attempts: AttemptsRepository,
    private readonly secrets: TotpSecrets,
    private readonly passkeys: Passkeys,
    private readonly sessions: SessionsService,
  ) {}

  async beginTotp(call: Call): Promise<{ factorId: string; secret: string; uri: string }> {
    const { userId } = call.user;
    await this.assertMayEnrol(call);
    const { email } = await this.sessions.me(call);
    const [factorId, secret] = [randomUUID(), newTotpSecret()];
    await this.factors.replacePending({ factorId, userId, kind: 'totp', name: 'Authenticator app', createdAt: new Date(), secret: await this.secrets.close(secret, factorId) });
    return { factorId, secret, uri: totpUri(secret, email) };
  }

  /** A code of the app proves that it holds the secret; that code counts as used. */
  async confirmTotp({ factorId, code, name }: ConfirmedTotp, call: Call): Promise<EnrolledFactor> {
    const { userId } = call.user;
    await this.assertMayEnrol(call);
    const pending = await this.factors.findPending(userId, factorId);
    if (!pending?.secret) throw challengeExpired();
    await this.attempts.begin(factorAttempts(userId));
    const step = stepOfCode(await this.secrets.open(pending.secret, factorId), code);
    if (step === null) throw factorRefused();
    await this.attempts.clear(factorAttempts(userId));
    const at = new Date();
    const confirmed = { ...pending, name: name ?? pending.name, confirmedAt: at, lastUsedAt: at };
    return this.enrol(confirmed, call, async (manager) => {
      if (!(await this.factors.confirm(manager, { factorId, name: confirmed.name, step, at }))) throw challengeExpired();
    });
  }

  async beginPasskey(call: Call): Promise<{ challenge: string; passkeyOptions: PasskeyCreationOptions }> {
    const { userId, sessionId } = call.user;
    await this.assertMayEnrol(call);
    const person = await this.sessions.me(call);
    const held = (await this.factors.list(userId)).filter(({ kind }) => kind === 'passkey');
    const { text, nonce } = await this.challenges.issue({ purpose: 'add-passkey', userId, sessionId });
    return { challenge: text, passkeyOptions: this.passkeys.creationOptions(nonce, person, held) };
  }

  async addPasskey({ challenge, attestation, name = 'Passkey' }: AddedPasskey, call: Call): Promise<EnrolledFactor> {
    const { userId, sessionId } = call.user;
    await this.assertMayEnrol(call);
    const tried = await this.challenges.try(challenge, 'add-passkey');
    if (!tried || tried.sessionId !== sessionId) throw challengeExpired();
    const made = await this.passkeys.read(attestation, tried.nonce);
    if (!made || (await this.factors.findByCredential(made.credentialId))) throw passkeyRefused();
    if (!(await this.challenges.redeem(tried))) throw challengeExpired();
    const at = new Date();
    const factor = { factorId: randomUUID(), userId, kind: 'passkey' as const, name, createdAt: at, confirmedAt: at, lastUsedAt: at, ...made };
    return this.enrol(factor, call, (manager) => this.factors.insert(manager, factor));
  }

  private async enrol(factor: Pick<Factor, 'factorId' | 'kind' | 'name' | 'createdAt' | 'lastUsedAt'>, call: Call, store: (manager: EntityManager) => Promise<void>): Promise<EnrolledFactor> {
    const { hasFactors } = await this.assertMayEnrol(call);
    const recoveryCodes = await this.changes.add(call, { isFirst: !hasFactors, kind: factor.kind, store });
    return { factor: shownFactor(factor), recoveryCodes, access: await this.sessions.factorShown(call) };
  }

  /**
   * The first factor is bound to a sign-in that has just happened; whoever has a factor already has to have shown it.
   * Otherwise somebody with an open session, or with the password alone, could add a factor of their own.
   */
  private async assertMayEnrol(call: Call): Promise<{ hasFactors: boolean }> {
    const held = await this.factors.list(call.user.userId);
    if (held.length >= mostFactors) throw failure(factorOperations.addPasskey, 'TOO_MANY_FACTORS', `More than ${mostFactors} are not possible. Remove one first.`);
    if (held.length > 0) assertAccess({ access: 'session', stepUp: true }, call.actor);
    else if (!(await this.factors.wasOpenedWithin(call.user.sessionId, recentSignInMs))) {
      throw failure(factorOperations.addPasskey, 'SIGN_IN_AGAIN', 'For your safety, sign in again and then set up your second factor.');
    }
    return { hasFactors: held.length > 0 };
  }
}

const passkeyRefused = () => failure(factorOperations.addPasskey, 'PASSKEY_REFUSED', 'This passkey cannot be used here. Open the page at its proper address and try again.');

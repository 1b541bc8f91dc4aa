import { Injectable } from '@nestjs/common';
import { factorOperations, type FactorOverview, type SignedInUser } from '@voiceassist/contracts';
import { commonFailure, failure, type Call } from '@voiceassist/kit';
import { noteChange } from '@voiceassist/messaging';
import type { EntityManager } from 'typeorm';
import { ApiKeysRepository } from '../api-keys/api-keys.repository.js';
import { AccountsRepository } from '../accounts/accounts.repository.js';
import { Notices } from '../mail/notices.js';
import { People } from '../people/people.js';
import { SessionsRepository } from '../sessions/sessions.repository.js';
import { AttemptsRepository, factorAttempts } from '../sign-in/attempts.repository.js';
import { FactorPolicy } from './factor-policy.js';
import type { Factor } from './factor.entity.js';
import { FactorsRepository } from './factors.repository.js';
import { RecoveryCodes } from './recovery-codes/recovery-codes.service.js';
import { shownFactor } from './shown-factor.js';

interface Addition {
  /** Whether the person had no factor when the right to add one was checked. */
  readonly isFirst: boolean;
  readonly kind: Factor['kind'];
  readonly store: (manager: EntityManager) => Promise<void>;
}

const contentOf = (userId: string, factors: readonly Pick<Factor, 'factorId' | 'kind'>[]) => ({ userId, factors: factors.map(({ factorId, kind }) => `${kind} ${factorId}`).sort() });

/** Which second factors people have, and what follows when that changes. */
@Injectable()
export class FactorChanges {
  constructor(
    private readonly factors: FactorsRepository,
    private readonly recoveryCodes: RecoveryCodes,
    private readonly policy: FactorPolicy,
    private readonly accounts: AccountsRepository,
    private readonly sessions: SessionsRepository,
    private readonly attempts: AttemptsRepository,
    private readonly notices: Notices,
    private readonly people: People,
    private readonly apiKeys: ApiKeysRepository,
  ) {}

  async overview(call: Call): Promise<FactorOverview> {
    const { userId } = call.user;
    const factors = await this.factors.list(userId);
    return {
      factors: factors.map(shownFactor),
      recoveryCodesLeft: await this.recoveryCodes.countLeft(userId),
      demanded: this.policy.demands(call.user),
      policy: this.policy.policy,
    };
  }

  /**
   * Answers the recovery codes that come with the first factor. With it, every other session of the person ends: they
   * were opened with the password alone. An authenticator app takes the place of the one before.
   */
  async add(call: Call, { isFirst, kind, store }: Addition): Promise<string[] | null> {
    const { userId, sessionId } = call.user;
    const set = isFirst ? await this.recoveryCodes.make() : null;
    await this.factors.transaction(async (manager) => {
      await this.factors.lock(manager, userId);
      const held = await this.factors.list(userId, manager);
      // somebody else with the password may have been first
      if (isFirst !== (held.length === 0)) throw commonFailure('STEP_UP_REQUIRED', 'Show your second factor again.');
      const before = contentOf(userId, held);
      const replaced = kind === 'totp' ? held.find((factor) => factor.kind === 'totp') : undefined;
      if (replaced) await this.factors.remove(manager, userId, replaced.factorId);
      await store(manager);
      noteChange(call, { before, after: contentOf(userId, await this.factors.list(userId, manager)) });
      await this.notices.factorChanged(manager, userId, 'added');
      if (!set) return;
      await this.recoveryCodes.replace(manager, userId, set);
      await this.endOthers(manager, { userId, sessionId });
    });
    return set && [...set.codes];
  }

  /** With it, every other session of the person ends: as a rule the factor was lost, and what it opened with it. */
  async remove(factorId: string, call: Call): Promise<void> {
    const { userId } = call.user;
    await this.factors.transaction(async (manager) => {
      await this.factors.lock(manager, userId);
      const held = await this.factors.list(userId, manager);
      if (!held.some((factor) => factor.factorId === factorId)) throw failure(factorOperations.removeFactor, 'FACTOR_NOT_FOUND', 'There is no such factor.');
      if (held.length === 1 && this.policy.demands(call.user)) throw failure(factorOperations.removeFactor, 'FACTOR_NEEDED', 'Your role needs a second factor. Add another one before you remove this one.');
      await this.factors.remove(manager, userId, factorId);
      noteChange(call, { before: contentOf(userId, held), after: contentOf(userId, held.filter((factor) => factor.factorId !== factorId)) });
      await this.notices.factorChanged(manager, userId, 'removed');
      if (held.length === 1) await this.recoveryCodes.removeAll(manager, userId);
      await this.endOthers(manager, call.user);
    });
  }

  private async endOthers(manager: EntityManager, { userId, sessionId }: { readonly userId: string; readonly sessionId: string }): Promise<void> {
    await this.accounts.moveEpoch(manager, userId);
    await this.sessions.endThese(manager, await this.factors.otherSessions(manager, userId, sessionId), 'factors-changed');
  }

  async renewRecoveryCodes(call: Call): Promise<string[]> {
    const { userId } = call.user;
    const set = await this.recoveryCodes.make();
    await this.factors.transaction(async (manager) => {
      await this.recoveryCodes.replace(manager, userId, set);
      await this.notices.factorChanged(manager, userId, 'recovery-codes-renewed');
    });
    return [...set.codes];
  }

  /** Removes all factors of a person, who thereby loses all sessions and API keys, and sets up new ones at the next sign-in. */
  async reset(userId: SignedInUser['userId'], call: Call): Promise<void> {
    if (!(await this.accounts.find(userId))) throw failure(factorOperations.resetFactors, 'USER_NOT_FOUND', 'There is no such account.');
    await this.people.assertWithinReach(userId, call);
    await this.factors.transaction(async (manager) => {
      noteChange(call, { before: contentOf(userId, await this.factors.list(userId, manager)), after: contentOf(userId, []) });
      await this.accounts.moveEpoch(manager, userId);
      await this.factors.removeAll(manager, userId);
      await this.recoveryCodes.removeAll(manager, userId);
      await this.notices.factorChanged(manager, userId, 'reset-by-administrator');
      await this.attempts.clear(factorAttempts(userId), manager);
      await this.sessions.endAllOf(manager, userId, 'factors-changed');
      await this.apiKeys.revokeAllOf(manager, userId);
    });
  }
}

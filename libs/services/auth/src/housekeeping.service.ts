import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { ChallengesRepository } from './factors/challenges/challenges.repository.js';
import { FactorsRepository } from './factors/factors.repository.js';
import { ApiKeysRepository } from './api-keys/api-keys.repository.js';
import { EmergencyReminders } from './emergency/emergency-reminders.js';
import { LinksRepository } from './links/links.repository.js';
import { Notices } from './mail/notices.js';
import { ProviderAttempts } from './oidc/attempts.repository.js';
import { PasswordHasher } from './passwords/password-hasher.js';
import { RevocationsRepository } from './revocations/revocations.repository.js';
import { SessionsRepository } from './sessions/sessions.repository.js';
import { AddressAttemptsRepository } from './sign-in/address-attempts.repository.js';
import { AttemptsRepository } from './sign-in/attempts.repository.js';

const hourMs = 3_600_000;

/** Deletes what has expired; every replica may do it at any time. */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer?: NodeJS.Timeout;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly sessions: SessionsRepository,
    private readonly revocations: RevocationsRepository,
    private readonly attempts: AttemptsRepository,
    private readonly addresses: AddressAttemptsRepository,
    private readonly apiKeys: ApiKeysRepository,
    private readonly links: LinksRepository,
    private readonly notices: Notices,
    private readonly factors: FactorsRepository,
    private readonly challenges: ChallengesRepository,
    private readonly providerAttempts: ProviderAttempts,
    private readonly hasher: PasswordHasher,
    private readonly reminders: EmergencyReminders,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.hasher.digestOfNobody();
    this.timer = setInterval(() => {
      // What could not be deleted now is deleted in an hour.
      this.running = this.clean().catch(() => undefined);
    }, hourMs).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  private async clean(): Promise<void> {
    await this.revocations.forgetExpired();
    await this.sessions.forgetExpired();
    await this.attempts.forgetOld();
    await this.addresses.forgetOld();
    await this.apiKeys.forgetEnded();
    await this.links.forgetOld();
    await this.notices.forgetOld(this.links.manager);
    await this.factors.forgetUnconfirmed();
    await this.challenges.forgetExpired();
    await this.providerAttempts.forgetExpired();
    await this.reminders.remind();
  }
}

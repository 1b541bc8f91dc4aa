import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { AppError, Call } from '@voiceassist/kit';
import { AccountsRepository } from '../accounts/accounts.repository.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { AuthConfig } from '../auth.config.js';
import { PasswordPolicy } from '../passwords/password-policy.js';
import { adviceFor, alone } from '../passwords/password-rules.js';
import { firstAdministratorBox } from './first-administrator-box.js';
import { FirstAdministratorState } from './first-administrator-state.js';
import { generatedPassword } from './generated-password.js';

const retryMs = 250;
const displayName = 'Administrator';

/**
 * Makes sure that somebody can sign in to a new installation. Services start in any order, so it tries until `users`
 * answers; with several replicas the reservation of the address lets only one of them through.
 */
@Injectable()
export class FirstAdministrator implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopped = new AbortController();
  private readonly logger = new Logger('first-administrator');
  private running?: Promise<void>;
  private lastFailure?: string;

  constructor(
    private readonly accounts: AccountsRepository,
    private readonly creation: AccountsService,
    private readonly passwords: PasswordPolicy,
    private readonly config: AuthConfig,
    private readonly state: FirstAdministratorState,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { ADMIN_EMAIL: email, ADMIN_PASSWORD: given } = this.config;
    const problem = given === undefined ? null : await this.passwords.findProblem(given, { email, displayName }, alone);
    if (problem && !(await this.accounts.hasAny())) throw new Error(`ADMIN_PASSWORD is refused: ${adviceFor(problem, alone)}`);
    this.running = this.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopped;
    while (!signal.aborted && !this.state.exists) {
      this.state.exists = await this.ensure().catch((error: unknown) => this.failed(error));
      if (!this.state.exists) await pause(retryMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Readiness tells that we still wait; the log tells once for what. */
  private failed(error: unknown): false {
    const code = error instanceof AppError ? error.code : 'INTERNAL';
    if (code !== this.lastFailure) this.logger.warn(`The first administrator could not be created yet: ${code}`);
    this.lastFailure = code;
    return false;
  }

  private async ensure(): Promise<boolean> {
    if (await this.accounts.hasAny()) return true;
    const { ADMIN_EMAIL: email, ADMIN_PASSWORD: given } = this.config;
    const password = given ?? generatedPassword();
    // Printed just before the commit: at worst a box is followed by another one, never an account without a box.
    const print = () => {
      if (given === undefined) process.stdout.write(firstAdministratorBox(email, password));
    };
    const call = Call.asService('auth').with({ signal: this.stopped.signal });
    await this.creation.create({ email, password, displayName, roles: ['admin'], passwordGiven: given === undefined }, call, print);
    return true;
  }
}

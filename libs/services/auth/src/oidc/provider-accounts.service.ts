import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Role, SignedInUser } from '@voiceassist/contracts';
import { AppError, commonFailure, type Call } from '@voiceassist/kit';
import { noteForAudit } from '@voiceassist/messaging';
import type { Account } from '../accounts/account.entity.js';
import { AccountsRepository } from '../accounts/accounts.repository.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { People } from '../people/people.js';
import type { ProvenIdentity } from './claims.js';
import { IdentitiesRepository } from './identities.repository.js';
import type { FederatedIdentity } from './identity.entity.js';
import { accessNotGranted, identityNotLinked } from './oidc-failures.js';
import type { ProviderSettings } from './provider-settings.js';
import { rolesAfter, rolesOfGroups } from './roles-of-groups.js';

/** A change of roles ends sessions by an event; a sign-in waits so long for it before it opens a new one. */
const changeDeadlineMs = 5_000;
const changePollMs = 20;

export interface OpenedByIdentity {
  readonly identity: FederatedIdentity;
  readonly account: Account;
  readonly user: SignedInUser;
}

/** Whose account an identity opens, with the roles its groups give. An address alone never opens one. */
@Injectable()
export class ProviderAccounts {
  constructor(
    private readonly identities: IdentitiesRepository,
    private readonly accounts: AccountsRepository,
    private readonly creation: AccountsService,
    private readonly people: People,
  ) {}

  /** Fails with IDENTITY_NOT_LINKED, or with ACCESS_NOT_GRANTED for people without a role or who were deactivated. */
  async open(proven: ProvenIdentity, settings: ProviderSettings, call: Call): Promise<OpenedByIdentity> {
    const known = await this.identities.find(settings.issuer, proven.subject);
    const identity = known ?? (await this.create(proven, settings, call));
    noteForAudit(call, { subjects: { userId: identity.userId } });
    const person = await this.people.findActive(identity.userId, call);
    if (!person) throw accessNotGranted();
    const before = await this.existing(identity.userId);
    const isChanged = known !== null && (await this.follow(person, rolesAfter(person.roles, proven.groups, settings), call));
    const account = isChanged ? await this.afterChange(before) : before;
    const user = isChanged ? await this.people.findActive(identity.userId, call) : person;
    if (!user) throw accessNotGranted();
    await this.identities.noteUse(identity.identityId);
    return { identity, account, user };
  }

  private async create(proven: ProvenIdentity, settings: ProviderSettings, call: Call): Promise<FederatedIdentity> {
    const { email, subject, displayName } = proven;
    if (!settings.createAccounts || email === undefined || !isOfDomains(email, settings.emailDomains)) throw identityNotLinked();
    const roles = rolesOfGroups(proven.groups, settings);
    if (roles.length === 0) throw accessNotGranted();
    const made = { identityId: randomUUID(), providerId: settings.id, issuer: settings.issuer, subject, madeAccount: true, linkedAt: new Date(), lastUsedAt: null };
    const newcomer = { email, displayName: displayName ?? email, roles, password: randomBytes(32).toString('base64url') };
    try {
      const { userId } = await this.creation.create(newcomer, call, async (manager, userId) => {
        if (!(await this.identities.insert(manager, { ...made, userId }))) throw commonFailure('UNAVAILABLE', 'This account is being created. Try again.');
        await this.accounts.noteVerified(manager, userId);
      });
      return { ...made, userId };
    } catch (error) {
      if (error instanceof AppError && error.code === 'EMAIL_TAKEN') throw identityNotLinked();
      throw error;
    }
  }

  /** Gives the person these roles; whoever is left without any is deactivated. True when something changed. */
  private async follow({ userId, roles: held }: SignedInUser, roles: readonly Role[], call: Call): Promise<boolean> {
    if (roles.length === held.length && roles.every((role) => held.includes(role))) return false;
    if (roles.length === 0) {
      await this.people.deactivate(userId, call);
      throw accessNotGranted();
    }
    await this.people.changeRoles(userId, roles, call);
    return true;
  }

  /** The account once the change has ended what was granted before; a session opened earlier would be ended with it. */
  private async afterChange({ userId, accessEpoch }: Account): Promise<Account> {
    const deadline = Date.now() + changeDeadlineMs;
    while (Date.now() < deadline) {
      const account = await this.existing(userId);
      if (account.accessEpoch !== accessEpoch) return account;
      await pause(changePollMs);
    }
    throw commonFailure('UNAVAILABLE', 'Your roles are being changed. Try again.');
  }

  private async existing(userId: string): Promise<Account> {
    const account = await this.accounts.find(userId);
    if (!account) throw accessNotGranted();
    return account;
  }
}

function isOfDomains(email: string, domains: readonly string[]): boolean {
  return domains.length === 0 || domains.includes(email.slice(email.lastIndexOf('@') + 1).toLowerCase());
}

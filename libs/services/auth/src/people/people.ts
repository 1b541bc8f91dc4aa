import { Injectable } from '@nestjs/common';
import { users, type Role, type SignedInUser } from '@voiceassist/contracts';
import { AppError, assertWithin, type Call } from '@voiceassist/kit';
import { Bus } from '@voiceassist/messaging';

const asAuth = (call: Call) => call.with({ actor: { type: 'service', service: 'auth' } });

export interface NewPerson {
  readonly userId: string;
  readonly email: string;
  readonly displayName: string;
  readonly roles: Role[];
}

/** What `users` knows about people, as far as signing in needs it. */
@Injectable()
export class People {
  constructor(private readonly bus: Bus) {}

  /** Null when the person does not exist or has been deactivated. */
  async findActive(userId: string, call: Call): Promise<SignedInUser | null> {
    try {
      const { email, displayName, roles, permissions, active } = await this.bus.client(users).getUser({ userId }, asAuth(call));
      return active ? { userId, email, displayName, roles, permissions } : null;
    } catch (error) {
      if (error instanceof AppError && error.code === 'USER_NOT_FOUND') return null;
      throw error;
    }
  }

  /** Fails with BEYOND_OWN_ACCESS unless the caller holds all that this person holds, active or not. */
  async assertWithinReach(userId: string, call: Call): Promise<void> {
    const { roles, permissions } = await this.bus.client(users).getUser({ userId }, asAuth(call));
    assertWithin({ roles, permissions }, call.actor);
  }

  /** Active people with that role. */
  async holdersOf(role: Role, call: Call): Promise<string[]> {
    return (await this.bus.client(users).listHolders({ role }, asAuth(call))).userIds;
  }

  /** Replaces the roles. The last administrator stays one, whatever the roles. */
  async changeRoles(userId: string, roles: readonly Role[], call: Call): Promise<void> {
    const change = (wanted: readonly Role[]) => this.bus.client(users).changeRoles({ userId, roles: [...wanted] }, asAuth(call));
    await change(roles).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'LAST_ADMINISTRATOR') return change([...roles, 'admin']);
      throw error;
    });
  }

  /** The last administrator stays as he is. */
  async deactivate(userId: string, call: Call): Promise<void> {
    await this.bus.client(users).deactivateUser({ userId }, asAuth(call)).catch((error: unknown) => {
      if (!(error instanceof AppError && error.code === 'LAST_ADMINISTRATOR')) throw error;
    });
  }

  /** Fails with EMAIL_TAKEN; may be repeated with the same id. */
  async create(person: NewPerson, call: Call): Promise<SignedInUser> {
    const { userId, email, displayName, roles } = await this.bus.client(users).createUser(person, asAuth(call));
    return { userId, email, displayName, roles };
  }
}

import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Permission, rolesOfPeopleWith, type Holder, type Role } from '@voiceassist/contracts';
import { AuthConfig } from '../auth.config.js';

/** Whoever can change what others may do, or sees what they did, needs a second factor whatever the settings say. */
const alwaysDemanded: readonly Role[] = ['admin', 'privacy_officer'];

/** Permissions that, among the roles of the house, only roles out of these give. */
function permissionsOfThese(demanding: ReadonlySet<Role>): ReadonlySet<Permission> {
  return new Set(Permission.options.filter((permission) => rolesOfPeopleWith(permission).every((role) => demanding.has(role))));
}

/** Of whom a second factor is demanded: of roles, and of composed roles that give what otherwise only such roles give. */
@Injectable()
export class FactorPolicy implements OnApplicationBootstrap {
  private readonly roles: ReadonlySet<Role>;
  private readonly permissions: ReadonlySet<Permission>;

  constructor(private readonly config: AuthConfig) {
    this.roles = new Set([...alwaysDemanded, ...(this.policy === 'enforced' ? config.AUTH_FACTOR_ROLES : [])]);
    this.permissions = permissionsOfThese(this.roles);
  }

  onApplicationBootstrap(): void {
    if (this.policy === 'offered') {
      new Logger('factor-policy').warn('AUTH_FACTOR_POLICY=offered: only administrators, privacy officers and who may do what they do have to show a second factor. For evaluations only.');
    }
  }

  get policy(): 'enforced' | 'offered' {
    return this.config.AUTH_FACTOR_POLICY;
  }

  /** Whether something that this person holds demands a second factor. */
  demands({ roles, permissions = [] }: Holder): boolean {
    return roles.some((role) => this.roles.has(role)) || permissions.some((permission) => this.permissions.has(permission));
  }
}

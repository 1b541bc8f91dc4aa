import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { Role } from '@voiceassist/contracts';
import { AuthConfig } from '../auth.config.js';

/** Whoever can change what others may do, or sees what they did, always needs a second factor. */
const alwaysDemanded: readonly Role[] = ['admin', 'privacy_officer'];

/** Of whom a second factor is demanded. */
@Injectable()
export class FactorPolicy implements OnApplicationBootstrap {
  private readonly demanding: ReadonlySet<Role>;

  constructor(private readonly config: AuthConfig) {
    this.demanding = new Set([...alwaysDemanded, ...config.AUTH_FACTOR_ROLES]);
  }

  onApplicationBootstrap(): void {
    if (this.policy === 'offered') {
      new Logger('factor-policy').warn('AUTH_FACTOR_POLICY=offered: nobody has to show a second factor, administrators included. For evaluations only.');
    }
  }

  get policy(): 'enforced' | 'offered' {
    return this.config.AUTH_FACTOR_POLICY;
  }

  /** Whether one of the roles demands a second factor. */
  demands(roles: readonly Role[]): boolean {
    return this.policy === 'enforced' && roles.some((role) => this.demanding.has(role));
  }
}

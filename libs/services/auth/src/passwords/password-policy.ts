import { Injectable } from '@nestjs/common';
import { auth, type Holder, type PasswordCheck } from '@voiceassist/contracts';
import { failure } from '@voiceassist/kit';
import { FactorPolicy } from '../factors/factor-policy.js';
import { BreachedPasswords } from './breached-passwords.js';
import { adviceFor, contextWords, findPasswordProblem, lengthOf, shortestPassword, type PasswordContext, type PasswordProblem, type PasswordRule } from './password-rules.js';
import { passwordStrength } from './password-strength.js';
import { PasswordConfig } from './password.config.js';

/** Which passwords may be chosen here, and what to tell people about theirs. */
@Injectable()
export class PasswordPolicy {
  constructor(
    private readonly breached: BreachedPasswords,
    private readonly factors: FactorPolicy,
    private readonly config: PasswordConfig,
  ) {}

  /** The rule for people who hold this: a password that never stands alone may be shorter. */
  ruleFor(person: Holder): PasswordRule {
    return { factorEnforced: this.factors.demands(person) };
  }

  shortestFor(person: Holder): number {
    return shortestPassword(this.ruleFor(person));
  }

  /** A password that was chosen when a second factor stood beside it may be too short once none is demanded any more. */
  isTooShortFor(person: Holder, password: string): boolean {
    return lengthOf(password) < this.shortestFor(person);
  }

  /** Fails with PASSWORD_REFUSED, its advice and the reason in `details`. */
  async assertGood(password: string, person: PasswordContext & Holder): Promise<void> {
    const rule = this.ruleFor(person);
    const reason = await this.findProblem(password, person, rule);
    if (reason) throw failure(auth.register, 'PASSWORD_REFUSED', adviceFor(reason, rule), { field: 'password', details: { reason } });
  }

  async findProblem(password: string, person: PasswordContext, rule: PasswordRule): Promise<PasswordProblem | null> {
    return findPasswordProblem(password, this.context(person), rule) ?? ((await this.breached.has(password)) ? 'breached' : null);
  }

  /** What somebody who is choosing a password wants to know about it. */
  async check(password: string, person: PasswordContext, rule: PasswordRule): Promise<PasswordCheck> {
    const reason = await this.findProblem(password, person, rule);
    const { score, suggestions } = await passwordStrength(password, contextWords(this.context(person)));
    return {
      acceptable: reason === null, reason, advice: reason && adviceFor(reason, rule), score, suggestions: [...suggestions],
      shortest: shortestPassword(rule),
    };
  }

  private context(person: PasswordContext): PasswordContext {
    return { ...person, organisation: this.config.ORGANISATION_NAME };
  }
}

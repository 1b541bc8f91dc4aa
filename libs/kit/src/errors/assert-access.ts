import { beyondOwnAccess, decideAccess, isWithin, type AccessRule, type Actor, type Holder } from '@voiceassist/contracts';
import { AppError, commonFailure } from './app-error.js';

/** Fails with UNAUTHENTICATED, FORBIDDEN, PASSWORD_CHANGE_REQUIRED, FACTOR_REQUIRED or STEP_UP_REQUIRED unless the actor may call the operation now. */
export function assertAccess(rule: AccessRule, actor: Actor): void {
  const decision = decideAccess(rule, actor);
  if (decision === 'unauthenticated') throw commonFailure('UNAUTHENTICATED', 'Sign in first.');
  if (decision === 'forbidden') throw commonFailure('FORBIDDEN', 'You may not do that.');
  if (decision === 'password-required') throw commonFailure('PASSWORD_CHANGE_REQUIRED', 'Choose a password of your own first.');
  if (decision === 'factor-required') throw commonFailure('FACTOR_REQUIRED', 'Set up a second factor first.');
  if (decision === 'step-up-required') throw commonFailure('STEP_UP_REQUIRED', 'Show your second factor again.');
}

/**
 * Fails with BEYOND_OWN_ACCESS where a person gives, defines or acts upon access which that person does not hold. Contracts
 * that need it declare `beyondOwnAccess`. Services act by rules of their own.
 */
export function assertWithin(access: Partial<Holder>, actor: Actor): void {
  if (actor.type === 'service' || (actor.type === 'user' && isWithin(access, actor))) return;
  throw new AppError('BEYOND_OWN_ACCESS', beyondOwnAccess.BEYOND_OWN_ACCESS, 'You can only give, define and change what you hold yourself. Ask an administrator.');
}

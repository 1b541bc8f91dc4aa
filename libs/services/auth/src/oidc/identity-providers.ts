import type { IdentityProvider } from './identity-provider.js';
import { providerNotFound } from './oidc-failures.js';

/** The identity providers of this installation. No other is ever asked. */
export class IdentityProviders {
  constructor(readonly all: readonly IdentityProvider[]) {}

  /** Fails with PROVIDER_NOT_FOUND. */
  get(providerId: string): IdentityProvider {
    const provider = this.find(providerId);
    if (!provider) throw providerNotFound();
    return provider;
  }

  /** Null for one that was set up once and is no longer. */
  find(providerId: string): IdentityProvider | null {
    return this.all.find(({ settings }) => settings.id === providerId) ?? null;
  }

  findByIssuer(issuer: string): IdentityProvider | null {
    return this.all.find(({ settings }) => settings.issuer === issuer) ?? null;
  }
}

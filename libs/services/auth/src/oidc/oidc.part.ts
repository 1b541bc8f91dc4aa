import { PlatformPart, type Dependency, type OpenedPart, type PartContext } from '@voiceassist/kit';
import { AuthConfig } from '../auth.config.js';
import { IdentityProvider } from './identity-provider.js';
import { IdentityProviders } from './identity-providers.js';
import { OidcConfig } from './oidc.config.js';

/** A provider that is down does not stop the house: people sign in another way. */
const reachabilityOf = (provider: IdentityProvider): Dependency => ({ name: `identity-provider-${provider.settings.id}`, required: false, check: () => provider.check() });

/** Gives the service its `IdentityProviders`, as the settings name them. */
class OidcPart extends PlatformPart {
  readonly name = 'identity-providers';
  override readonly configs = [OidcConfig, AuthConfig];

  async open(context: PartContext): Promise<OpenedPart> {
    const { PUBLIC_URL } = context.config(AuthConfig);
    const providers = context.config(OidcConfig).OIDC_PROVIDERS_FILE.map((settings) => new IdentityProvider(settings, new URL(`/sign-in/${settings.id}`, PUBLIC_URL).href));
    return { provides: [{ token: IdentityProviders, value: new IdentityProviders(providers) }], dependencies: providers.map(reachabilityOf), close: async () => undefined };
  }
}

export const oidcPart = (): PlatformPart => new OidcPart();

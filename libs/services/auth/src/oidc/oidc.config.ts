import { Config, setting } from '@voiceassist/kit';
import { ProvidersFile } from './provider-settings.js';

/** Through which identity providers people may sign in. */
export class OidcConfig extends Config({
  OIDC_PROVIDERS_FILE: setting(ProvidersFile, 'File of identity providers for single sign-on (OpenID Connect), as docs/guides/single-sign-on.md describes it; keep it as a secret, the client secrets are in it.'),
}) {}

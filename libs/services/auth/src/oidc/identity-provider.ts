import { Logger } from '@nestjs/common';
import type { JSONWebKeySet } from 'jose';
import * as client from 'openid-client';
import { hasLeftGroupsOut, identityOf, isComplete, type ProvenIdentity } from './claims.js';
import { guardedFetch } from './guarded-fetch.js';
import { readLogoutToken, type LogoutOrder } from './logout-token.js';
import { logoutTokenRefused, providerRefused, providerUnavailable } from './oidc-failures.js';
import type { ProviderSettings } from './provider-settings.js';

const timeoutSeconds = 5;
/** What a provider says of itself is asked again after this time. */
const keptMs = 60_000;
/** A provider that is down is left alone for this time. */
const pauseMs = 2_000;
const toleranceSeconds = 30;

interface Discovered {
  readonly until: number;
  readonly configuration: Promise<client.Configuration>;
}

/** What came back from the provider with the browser. */
export interface ProviderAnswer {
  readonly state: string;
  readonly code?: string;
  readonly iss?: string;
  readonly error?: string;
}

interface Proofs {
  readonly nonce: string;
  readonly verifier: string;
}

/** Faults of the way there and of the other side, as opposed to what a browser brought. */
const isOutage = (error: unknown): boolean => {
  const { code = '', cause, name } = error as { code?: string; cause?: { code?: string }; name?: string };
  return code === 'OAUTH_TIMEOUT' || code === 'OAUTH_RESPONSE_IS_NOT_CONFORM' || code === 'OAUTH_RESPONSE_IS_NOT_JSON' || (name === 'TypeError' && cause?.code !== undefined);
};

/** One identity provider: where it is, how somebody is sent there, and what it says of whoever comes back. */
export class IdentityProvider {
  private readonly logger = new Logger('identity-provider');
  private readonly fetch: client.CustomFetch;
  private discovered?: Discovered;

  constructor(
    readonly settings: ProviderSettings,
    /** Its own for each provider, so that the answer of one is never taken for that of another. */
    private readonly redirectUri: string,
  ) {
    this.fetch = guardedFetch(settings);
  }

  /** Fails when the provider does not say who it is, or says it is somebody else. */
  async check(): Promise<void> {
    await this.configuration();
  }

  async authorizationUrl(state: string, { nonce, verifier }: Proofs): Promise<string> {
    const configuration = await this.configuration();
    const { scopes, maxAgeSeconds, secondFactor } = this.settings;
    return client.buildAuthorizationUrl(configuration, {
      redirect_uri: this.redirectUri, scope: scopes.join(' '), state, nonce,
      code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
      ...(maxAgeSeconds !== undefined && { max_age: String(maxAgeSeconds) }),
      ...(secondFactor.acr.length > 0 && { acr_values: secondFactor.acr.join(' ') }),
    }).href;
  }

  /** Trades the code for who has signed in there. Everything the provider sent is checked: issuer, audience, signature, time, nonce. */
  async redeem(answer: ProviderAnswer, { nonce, verifier }: Proofs): Promise<ProvenIdentity> {
    const configuration = await this.configuration();
    try {
      const tokens = await client.authorizationCodeGrant(configuration, this.returnedUrl(answer), {
        expectedState: answer.state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true, maxAge: this.settings.maxAgeSeconds,
      });
      const claims = { ...tokens.claims() };
      const more = await this.furtherClaims(configuration, claims, tokens.access_token);
      if (hasLeftGroupsOut({ ...more, ...claims }, this.settings)) throw new Error('the groups are too many for the token: let the provider send those of this application alone');
      return identityOf(claims, more, this.settings);
    } catch (error) {
      throw this.explained(error);
    }
  }

  /** Where the session at the provider is ended; null where it has no such place or must not be asked. */
  async signOutUrl(returnTo: string): Promise<string | null> {
    if (!this.settings.signOutThere) return null;
    const configuration = await this.configuration().catch(() => null);
    if (!configuration?.serverMetadata().end_session_endpoint) return null;
    return client.buildEndSessionUrl(configuration, { post_logout_redirect_uri: returnTo }).href;
  }

  /** Fails with LOGOUT_TOKEN_REFUSED. */
  async readLogoutToken(token: string): Promise<LogoutOrder> {
    const { issuer, clientId, algorithm } = this.settings;
    const keys = await this.publicKeys();
    try {
      return await readLogoutToken(token, { issuer, clientId, algorithm, keys });
    } catch (error) {
      this.logger.warn(`${this.settings.id}: a logout token was refused (${reasonOf(error)})`);
      throw logoutTokenRefused();
    }
  }

  private async publicKeys(): Promise<JSONWebKeySet> {
    const { jwks_uri: address } = (await this.configuration()).serverMetadata();
    if (address === undefined) throw providerUnavailable();
    try {
      const response = await this.fetch(address, { method: 'GET', headers: { accept: 'application/json' }, body: null, redirect: 'manual', signal: AbortSignal.timeout(timeoutSeconds * 1_000) });
      return (await response.json()) as JSONWebKeySet; // jose looks at the form
    } catch {
      throw providerUnavailable();
    }
  }

  private returnedUrl({ state, code, iss, error }: ProviderAnswer): URL {
    const url = new URL(this.redirectUri);
    for (const [name, value] of Object.entries({ state, code, iss, error })) if (value !== undefined) url.searchParams.set(name, value);
    return url;
  }

  private async furtherClaims(configuration: client.Configuration, claims: Readonly<Record<string, unknown>>, accessToken: string): Promise<Record<string, unknown>> {
    if (isComplete(claims, this.settings) || !configuration.serverMetadata().userinfo_endpoint) return {};
    return { ...(await client.fetchUserInfo(configuration, accessToken, String(claims['sub']))) };
  }

  private explained(error: unknown): Error {
    this.logger.warn(`${this.settings.id}: a sign-in was not completed (${reasonOf(error)})`);
    return isOutage(error) ? providerUnavailable() : providerRefused();
  }

  private async configuration(): Promise<client.Configuration> {
    const now = Date.now();
    if (!this.discovered || this.discovered.until < now) {
      const discovered = { until: now + keptMs, configuration: this.discover() };
      this.discovered = discovered;
      discovered.configuration.catch(() => {
        if (this.discovered === discovered) this.discovered = { ...discovered, until: Date.now() + pauseMs };
      });
    }
    return this.discovered.configuration.catch(() => {
      throw providerUnavailable();
    });
  }

  private async discover(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret, clientAuthentication, algorithm } = this.settings;
    const metadata = { client_secret: clientSecret, id_token_signed_response_alg: algorithm, [client.clockTolerance]: toleranceSeconds };
    const authentication = clientSecret === undefined ? client.None() : clientAuthentication === 'basic' ? client.ClientSecretBasic(clientSecret) : client.ClientSecretPost(clientSecret);
    const execute = [client.enableNonRepudiationChecks, ...(new URL(issuer).protocol === 'http:' ? [client.allowInsecureRequests] : [])];
    const found = await client.discovery(new URL(issuer), clientId, metadata, authentication, { [client.customFetch]: this.fetch, timeout: timeoutSeconds, execute })
      .catch((error: unknown) => {
        this.logger.warn(`${this.settings.id} cannot be used (${reasonOf(error)})`);
        throw error;
      });
    if (found.serverMetadata().issuer !== issuer) throw new Error('the provider calls itself by another name');
    return found;
  }
}

/** A code or one of our own sentences; what the other side wrote stays out of the log. */
function reasonOf(error: unknown): string {
  const { code, name, message, cause } = error as { code?: string; name?: string; message?: string; cause?: { code?: string } };
  return code ?? cause?.code ?? (name === 'Error' ? message : name) ?? 'unknown';
}

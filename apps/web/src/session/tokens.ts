import { ApiError, auth, HttpClient, type SignedInUser, type TokenPair } from '@voiceassist/contracts';

const storageKey = 'voiceassist.refresh';
/** Renew a little before the end, so that no request carries a token that dies on the way. */
const renewEarlyMs = 30_000;

/**
 * The page's tokens. The access token lives in memory; the refresh token stays in this tab's session storage
 * so that a reload does not sign the person out, and is gone when the tab closes.
 */
export class Tokens {
  private accessToken: string | null = null;
  private expiresAt = 0;
  private renewal: Promise<SignedInUser | null> | null = null;
  private readonly plain = new HttpClient({ baseUrl: '' });

  constructor(private readonly onLost: () => void) {}

  /** A fetch that adds nothing but renews the access token before it is needed. */
  readonly fetch: typeof fetch = async (input, init) => {
    if (this.accessToken && Date.now() > this.expiresAt - renewEarlyMs) await this.renew();
    const headers = new Headers(init?.headers);
    if (this.accessToken) headers.set('authorization', `Bearer ${this.accessToken}`);
    const response = await fetch(input, { ...init, headers });
    if (response.status === 401 && this.accessToken) this.lose();
    return response;
  };

  get current(): string | null {
    return this.accessToken;
  }

  async signIn(email: string, password: string): Promise<SignedInUser> {
    return this.keep(await this.plain.request(auth.login, { email, password }));
  }

  /** Takes up the session of an earlier page load, if there is one. */
  restore(): Promise<SignedInUser | null> {
    return sessionStorage.getItem(storageKey) ? this.renew() : Promise.resolve(null);
  }

  forget(): void {
    this.accessToken = null;
    sessionStorage.removeItem(storageKey);
  }

  private renew(): Promise<SignedInUser | null> {
    // one renewal at a time: a refresh token works once, and its second use ends the session
    this.renewal ??= this.exchange().finally(() => (this.renewal = null));
    return this.renewal;
  }

  private async exchange(): Promise<SignedInUser | null> {
    const refreshToken = sessionStorage.getItem(storageKey);
    if (!refreshToken) return null;
    try {
      return this.keep(await this.plain.request(auth.refresh, { refreshToken }));
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) this.lose();
      return null;
    }
  }

  private keep({ accessToken, refreshToken, expiresIn, user }: TokenPair): SignedInUser {
    this.accessToken = accessToken;
    this.expiresAt = Date.now() + expiresIn * 1000;
    sessionStorage.setItem(storageKey, refreshToken);
    return user;
  }

  private lose(): void {
    this.forget();
    this.onLost();
  }
}

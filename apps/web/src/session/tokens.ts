import { ApiError, auth, HttpClient, refreshTokenInCookie, type RenewedAccess, type SignedInUser, type TokenPair } from '@voiceassist/contracts';
import { Activity } from './activity.ts';

/** Says only that a session may be there; the refresh token itself lies in a cookie that no script can read. */
const markKey = 'voiceassist.signed-in';
const renewalLock = 'voiceassist.renewal';
/** Renew a little before the end, so that no request carries a token that dies on the way. */
const renewEarlyMs = 30_000;
/** Activity renews the session after this share of the idle time, so that what the server sees is not far behind. */
const renewShare = 1 / 5;

/** One tab at a time trades the cookie, where the browser can keep them apart; the server forgives the others for a moment. */
function alone<T>(work: () => Promise<T>): Promise<T> {
  return 'locks' in navigator ? navigator.locks.request(renewalLock, work) : work();
}

interface Held {
  readonly accessToken: string;
  readonly expiresAt: number;
}

/** The page's session: an access token in memory, kept fresh with the cookie for as long as somebody is at work. */
export class Tokens {
  private held: Held | null = null;
  /** The session may do nothing but set up a second factor. */
  mustEnrol = false;
  /** The session may do nothing but replace the password. */
  mustChangePassword = false;
  private userId: string | null = null;
  private idleMs = Number.POSITIVE_INFINITY;
  private renewedAt = 0;
  private renewal: Promise<SignedInUser | null> | null = null;
  private readonly plain = new HttpClient({ baseUrl: '', isOwnPage: true });
  private readonly activity = new Activity(() => this.lose());

  constructor(private readonly onLost: () => void) {}

  /** A fetch that adds nothing but renews the access token before it is needed. */
  readonly fetch: typeof fetch = async (input, init) => {
    if (this.held && Date.now() > this.held.expiresAt - renewEarlyMs) await this.renewIfAtWork();
    const headers = new Headers(init?.headers);
    if (this.held) headers.set('authorization', `Bearer ${this.held.accessToken}`);
    const response = await fetch(input, { ...init, headers });
    if (response.status === 401 && this.held) this.lose();
    return response;
  };

  get current(): string | null {
    return this.held?.accessToken ?? null;
  }

  /** Takes over what a sign-in of any kind answered. */
  adopt(pair: TokenPair): SignedInUser {
    this.activity.note();
    return this.take(pair);
  }

  /** Takes over a new access token of the same session. */
  keepAccess({ accessToken, expiresIn }: RenewedAccess): void {
    this.held = { accessToken, expiresAt: Date.now() + expiresIn * 1000 };
  }

  /** Takes up the session of an earlier page load or of another tab, if there is one. */
  restore(): Promise<SignedInUser | null> {
    return localStorage.getItem(markKey) ? this.renew() : Promise.resolve(null);
  }

  /** Somebody touched the page: the session lives on. */
  touch(): void {
    this.activity.note();
    if (this.held && Date.now() - this.renewedAt > this.idleMs * renewShare) void this.renew();
  }

  /** Hides everything when nobody has touched any tab for as long as a session may idle. */
  checkIdle(): void {
    if (this.held && this.activity.idleForMs >= this.idleMs) this.lose();
  }

  /** After the session was ended here. */
  forget(): void {
    this.lose();
    this.activity.tell('signed-out');
  }

  private async renewIfAtWork(): Promise<void> {
    if (this.activity.idleForMs < this.idleMs) await this.renew();
    else this.lose();
  }

  private renew(): Promise<SignedInUser | null> {
    this.renewal ??= alone(() => this.exchange()).finally(() => (this.renewal = null));
    return this.renewal;
  }

  private async exchange(): Promise<SignedInUser | null> {
    try {
      const pair = await this.plain.request(auth.refresh, { refreshToken: refreshTokenInCookie });
      if (this.userId === null || this.userId === pair.user.userId) return this.take(pair);
      this.hide(); // another tab signed in somebody else, and nothing of this page is theirs
      return null;
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) this.lose();
      return null;
    }
  }

  private take({ user, idleSeconds, mustEnrol, mustChangePassword, ...access }: TokenPair): SignedInUser {
    this.keepAccess(access);
    this.mustEnrol = mustEnrol ?? false;
    this.mustChangePassword = mustChangePassword ?? false;
    this.userId = user.userId;
    this.idleMs = idleSeconds * 1000;
    this.renewedAt = Date.now();
    localStorage.setItem(markKey, 'yes');
    return user;
  }

  private lose(): void {
    localStorage.removeItem(markKey);
    this.hide();
  }

  private hide(): void {
    const wasSignedIn = this.userId !== null;
    this.held = null;
    this.userId = null;
    if (wasSignedIn) this.onLost();
  }
}

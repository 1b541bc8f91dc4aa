import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Person {
  readonly claims: Readonly<Record<string, unknown>>;
  /** Further claims of the ID token alone. */
  readonly token?: Readonly<Record<string, unknown>>;
}

/** How the next answers lie. */
export interface Tamper {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly without?: readonly string[];
  readonly header?: { readonly alg?: string; readonly key?: 'stranger' | 'client-secret' | 'public-key'; readonly typ?: string };
  readonly discovery?: Readonly<Record<string, unknown>>;
  readonly redirect?: string;
  readonly to?: string;
}

interface Started {
  readonly issuers: readonly string[];
  readonly clientId: string;
  readonly clientSecret: string;
}

/** One issuer of the outside process. */
export class Issuer {
  constructor(readonly url: string, readonly clientId: string, readonly clientSecret: string) {}

  tell(what: { people?: Record<string, Person>; redirectUris?: string[]; tamper?: Tamper }): Promise<unknown> {
    return this.ask('/test', what);
  }

  /** Signs in there as a browser would; answers the query with which the browser comes back. */
  async visit(authorizationUrl: string, login: string): Promise<Record<string, string>> {
    const { url } = await this.ask<{ url?: string }>('/test/walk', { url: authorizationUrl, login });
    if (!url) throw new Error('the provider led nowhere');
    return Object.fromEntries(new URL(url).searchParams);
  }

  async logoutToken(claims: Record<string, unknown>, header: Tamper['header'] = {}): Promise<string> {
    return (await this.ask<{ token: string }>('/test/logout-token', { claims, header })).token;
  }

  /** Which addresses were asked since the last time. */
  asked(): Promise<string[]> {
    return this.ask('/test/asked', {});
  }

  private async ask<T>(path: string, body: unknown): Promise<T> {
    const response = await fetch(this.url + path, { method: 'POST', body: JSON.stringify(body), signal: AbortSignal.timeout(20_000) });
    return (await response.json()) as T;
  }
}

/** A process of npm's oidc-provider with some issuers, and the file of settings that names them. */
export class OutsideProviders {
  private readonly folder = mkdtempSync(join(tmpdir(), 'voiceassist-providers-'));
  readonly file = join(this.folder, 'providers.json');

  private constructor(private readonly child: ChildProcess, readonly issuers: readonly Issuer[]) {}

  static async start(count: number): Promise<OutsideProviders> {
    const child = spawn(process.execPath, [fileURLToPath(new URL('provider-program.mjs', import.meta.url)), String(count)], { env: {}, stdio: ['pipe', 'pipe', 'ignore'] });
    const lines = createInterface(child.stdout);
    const [line] = (await once(lines, 'line', { signal: AbortSignal.timeout(60_000) })) as [string];
    lines.close();
    const { issuers, clientId, clientSecret } = JSON.parse(line) as Started;
    return new OutsideProviders(child, issuers.map((url) => new Issuer(url, clientId, clientSecret)));
  }

  /** Writes the settings; each entry is completed with how to reach the issuer of its place. */
  settle(settings: readonly Record<string, unknown>[]): string {
    const complete = settings.map((each, index) => {
      const issuer = this.issuers[index];
      return { ...(issuer && { issuer: issuer.url, clientId: issuer.clientId, clientSecret: issuer.clientSecret }), ...each };
    });
    writeFileSync(this.file, JSON.stringify(complete));
    return this.file;
  }

  async stop(): Promise<void> {
    const gone = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await gone;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

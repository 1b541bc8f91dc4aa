import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { auth, type HttpClient, type Identity, type InputOf } from '@voiceassist/contracts';
import { root } from './product.js';

const program = join(root, 'libs/services/auth/src/testing/provider-program.mjs');

interface Started {
  readonly issuers: readonly string[];
  readonly clientId: string;
  readonly clientSecret: string;
}

type Settings = { readonly id: string; readonly label: string } & Readonly<Record<string, unknown>>;
type Returned = InputOf<typeof auth.completeProviderSignIn>;

/** Identity providers of the outside world: npm's oidc-provider, as a process of its own. */
export class OutsideProviders {
  private readonly folder = mkdtempSync(join(tmpdir(), 'voiceassist-providers-'));

  private constructor(private readonly child: ChildProcess, private readonly started: Started, private readonly settings: readonly Settings[]) {}

  static async start(settings: readonly Settings[]): Promise<OutsideProviders> {
    const child = spawn(process.execPath, [program, String(settings.length)], { env: { ...process.env, NODE_OPTIONS: '' }, stdio: ['pipe', 'pipe', 'ignore'] });
    const lines = createInterface(child.stdout);
    const [line] = (await once(lines, 'line', { signal: AbortSignal.timeout(60_000) })) as [string];
    lines.close();
    return new OutsideProviders(child, JSON.parse(line) as Started, settings);
  }

  get issuers(): readonly string[] {
    return this.started.issuers;
  }

  /** Lets the product at this address know the providers, and them the product. */
  async settingsFor(url: string): Promise<Record<string, string>> {
    const publicUrl = url.replace('127.0.0.1', 'localhost');
    const { issuers, clientId, clientSecret } = this.started;
    const file = join(this.folder, 'providers.json');
    writeFileSync(file, JSON.stringify(this.settings.map((each, index) => ({ issuer: issuers[index], clientId, clientSecret, ...each }))));
    await this.tell({ redirectUris: this.settings.map(({ id }) => `${publicUrl}/sign-in/${id}`), postLogoutUris: [`${publicUrl}/`] });
    return { PUBLIC_URL: publicUrl, OIDC_PROVIDERS_FILE: file };
  }

  /** The same to every provider. */
  async tell(what: object): Promise<void> {
    for (const issuer of this.issuers) await this.ask(issuer, '', what);
  }

  /** Signs in at a provider as a browser would; answers what the product has to be told. */
  async visit({ authorizationUrl, ticket }: { authorizationUrl: string; ticket: string }, login: string): Promise<Returned> {
    const issuer = new URL(authorizationUrl).origin;
    const { url = '' } = await this.ask<{ url?: string }>(issuer, '/walk', { url: authorizationUrl, login });
    const providerId = this.settings[this.issuers.indexOf(issuer)]?.id ?? '';
    return { providerId, ticket, state: '', ...Object.fromEntries(new URL(url).searchParams) };
  }

  /** Links the identity to the account whose client it is. */
  async link(client: HttpClient, login: string): Promise<Identity> {
    const providerId = this.settings[0]?.id ?? '';
    return client.request(auth.linkIdentity, await this.visit(await client.request(auth.beginIdentityLink, { providerId }), login));
  }

  async logoutToken(claims: object): Promise<string> {
    return (await this.ask<{ token: string }>(this.issuers[0] ?? '', '/logout-token', { claims })).token;
  }

  async stop(): Promise<void> {
    const gone = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await gone;
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async ask<T>(issuer: string, path: string, body: object): Promise<T> {
    const response = await fetch(`${issuer}/test${path}`, { method: 'POST', body: JSON.stringify(body), signal: AbortSignal.timeout(20_000) });
    return (await response.json()) as T;
  }
}

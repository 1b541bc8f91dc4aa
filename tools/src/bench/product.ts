import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { auth, HttpClient, type TokenPair } from '@voiceassist/contracts';
import { freePort } from '@voiceassist/kit';
import { Secret, TOTP } from 'otpauth';

export type Mode = 'standalone' | 'distributed';

export const root = fileURLToPath(new URL('../../../', import.meta.url));
const scripts: Record<Mode, string> = { standalone: 'apps/standalone/dist/main.js', distributed: 'tools/dist/distributed/main.js' };
const account = { email: 'bench@hospital.example', password: 'a long password for the bench' };
const visitor = { email: 'visitor@hospital.example', password: 'another long password for the bench' };
/** Limits, and second factors of those who need not have one, that would otherwise be what is measured. */
const openLimits = {
  GATEWAY_REQUESTS_PER_MINUTE: '1000000', GATEWAY_CREDENTIALS_PER_MINUTE: '10000', GATEWAY_QUESTIONS_PER_MINUTE: '1000000', GATEWAY_UPLOADS_PER_MINUTE: '100000',
  REALTIME_SOCKETS_PER_USER: '500', REALTIME_UPGRADES_PER_MINUTE: '1000000', REALTIME_QUESTIONS_PER_MINUTE: '1000000', LOG_LEVEL: 'warn', AUTH_FACTOR_POLICY: 'offered',
};
const readyDeadlineMs = 240_000;
/** What Linux counts processor time in. */
const ticksPerSecond = 100;

interface SignedIn {
  readonly tokens: TokenPair;
  readonly client: HttpClient;
}

const signedIn = (baseUrl: string, tokens: TokenPair): SignedIn => ({ tokens, client: new HttpClient({ baseUrl, accessToken: () => tokens.accessToken }) });

/** The built product, started for a measurement. */
export class BenchedProduct {
  private admitted: Promise<SignedIn> | undefined;

  private constructor(
    readonly url: string,
    readonly startedInMs: number,
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  static async start(mode: Mode, settings: Record<string, string> = {}, folder = mkdtempSync(join(tmpdir(), 'voiceassist-bench-'))): Promise<BenchedProduct> {
    const port = String(await freePort());
    const url = `http://127.0.0.1:${port}`;
    const startedAt = performance.now();
    const child = spawn(process.execPath, [join(root, scripts[mode])], {
      env: { ...process.env, PORT: port, DATA_DIR: folder, ADMIN_EMAIL: account.email, ADMIN_PASSWORD: account.password, ...openLimits, ...settings },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    // a product that outlives a bench that failed would keep whoever reads its output waiting
    process.once('exit', () => child.kill('SIGTERM'));
    while (!(await isReady(url))) {
      if (child.exitCode !== null || performance.now() - startedAt > readyDeadlineMs) {
        child.kill('SIGKILL');
        throw new Error(`${mode} did not become ready`);
      }
      await sleep(20);
    }
    return new BenchedProduct(url, performance.now() - startedAt, child, folder);
  }

  get dataFolder(): string {
    return this.folder;
  }

  /** Resident memory of the process now, in MB. */
  get residentMb(): number {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  }

  /** Processor time the process has used so far, its threads included. */
  get cpuSeconds(): number {
    const fields = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  }

  /** The administrator, signed in once and with a second factor. */
  signIn(): Promise<SignedIn> {
    this.admitted ??= this.signInAdministrator();
    return this.admitted;
  }

  private async signInAdministrator(): Promise<SignedIn> {
    const first = await this.signInWithPassword(account);
    const { factorId, secret } = await first.client.request(auth.beginTotp, {});
    const { access } = await first.client.request(auth.confirmTotp, { factorId, code: TOTP.generate({ secret: Secret.fromBase32(secret) }) });
    return signedIn(this.url, { ...first.tokens, ...access });
  }

  /** Makes an account that a password opens alone, and answers what signs it in. */
  async makeVisitor(): Promise<() => Promise<SignedIn>> {
    const { client } = await this.signIn();
    await client.request(auth.createAccount, { ...visitor, displayName: 'Visitor', roles: ['viewer'] });
    return () => this.signInWithPassword(visitor);
  }

  private async signInWithPassword(credentials: typeof account): Promise<SignedIn> {
    const tokens = await new HttpClient({ baseUrl: this.url }).request(auth.login, credentials);
    if (tokens.kind !== 'signed-in') throw new Error('the account of the bench has a second factor already');
    return signedIn(this.url, tokens);
  }

  async stop({ keepData = false } = {}): Promise<void> {
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await gone;
    if (!keepData) rmSync(this.folder, { recursive: true, force: true });
  }
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/ready`, { signal: AbortSignal.timeout(2_000) }).then(({ ok }) => ok, () => false);
}

/** The value below which `share` (0 to 1) of the sorted numbers lie. */
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

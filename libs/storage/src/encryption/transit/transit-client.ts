import { readFile } from 'node:fs/promises';
import { commonFailure, type AppError } from '@voiceassist/kit';
import { ConsecutiveBreaker, ExponentialBackoff, circuitBreaker, decorrelatedJitterGenerator, handleType, retry, wrap, type IPolicy } from 'cockatiel';
import { z } from 'zod';
import type { TransitAddress } from './transit-address.js';

export interface TransitTiming {
  /** For one request. */
  readonly timeoutMs: number;
  readonly attempts: number;
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
  /** Requests that failed in a row, after which nobody is asked for a while. */
  readonly breakAfter: number;
  readonly breakMs: number;
}

export const transitTiming: TransitTiming = { timeoutMs: 2_000, attempts: 3, firstDelayMs: 100, longestDelayMs: 1_000, breakAfter: 5, breakMs: 5_000 };

/** The server cannot answer at present; asking again may help. */
class Unreachable extends Error {}

/** The server answered and said no. */
export class TransitRefusal extends Error {
  constructor(readonly status: number, reasons: readonly string[]) {
    super(`the key server refuses with ${status}: ${reasons.join('; ')}`);
    this.name = 'TransitRefusal';
  }
}

const Key = z.object({ type: z.string(), derived: z.boolean(), latest_version: z.int().min(1), min_decryption_version: z.int().min(0) });
const Encrypted = z.object({ ciphertext: z.string() });
const Decrypted = z.object({ plaintext: z.base64() });
const Refused = z.object({ errors: z.array(z.string()) });

export type TransitKey = z.infer<typeof Key>;

const base64 = (text: string | Uint8Array) => Buffer.from(text as string).toString('base64'); // Buffer.from takes both, its overloads do not say so

/** Asks the Transit engine of HashiCorp Vault or OpenBao, with a deadline for each request, retries with jitter and a circuit breaker. */
export class TransitClient {
  private readonly policy: IPolicy;

  constructor(private readonly address: TransitAddress, private readonly tokenFile: string, private readonly timing: TransitTiming = transitTiming) {
    const passing = handleType(Unreachable);
    const backoff = new ExponentialBackoff({ generator: decorrelatedJitterGenerator, initialDelay: timing.firstDelayMs, maxDelay: timing.longestDelayMs });
    const breaker = circuitBreaker(passing, { breaker: new ConsecutiveBreaker(timing.breakAfter), halfOpenAfter: timing.breakMs });
    this.policy = wrap(retry(passing, { maxAttempts: timing.attempts - 1, backoff }), breaker);
  }

  readKey(): Promise<TransitKey> {
    return this.ask(Key, { path: 'keys' });
  }

  /** `place` is bound as associated data. */
  async encrypt(plain: Uint8Array, place: string): Promise<string> {
    return (await this.ask(Encrypted, { path: 'encrypt', body: { plaintext: base64(plain), associated_data: base64(place) } })).ciphertext;
  }

  async decrypt(ciphertext: string, place: string): Promise<Buffer> {
    return Buffer.from((await this.ask(Decrypted, { path: 'decrypt', body: { ciphertext, associated_data: base64(place) } })).plaintext, 'base64');
  }

  /** Rejects with `TransitRefusal` when the server says no, with UNAVAILABLE when it does not answer. */
  private async ask<T>(schema: z.ZodType<T>, request: { readonly path: string; readonly body?: object }): Promise<T> {
    try {
      return await this.policy.execute(async () => z.object({ data: schema }).parse(await this.send(request)).data);
    } catch (error) {
      throw error instanceof TransitRefusal ? error : unavailable(error);
    }
  }

  private async send({ path, body }: { readonly path: string; readonly body?: object }): Promise<unknown> {
    const { server, mount, key } = this.address;
    const token = (await readFile(this.tokenFile, 'utf8')).trim(); // read each time: an agent beside the process renews it
    const signal = AbortSignal.timeout(this.timing.timeoutMs);
    const sent = { method: body ? 'POST' : 'GET', redirect: 'error', signal, headers: { 'x-vault-token': token, 'x-vault-request': 'true', 'content-type': 'application/json' }, body: body && JSON.stringify(body) } as const;
    const { status, text } = await fetch(`${server}/v1/${mount}/${path}/${key}`, sent).then(async (answer) => ({ status: answer.status, text: await answer.text() })).catch((cause: unknown) => {
      throw new Unreachable('the key server does not answer', { cause });
    });
    if (status === 429 || status >= 500) throw new Unreachable(`the key server answers ${status}`);
    const content = jsonOf(text);
    if (status < 300) return content;
    throw new TransitRefusal(status, Refused.safeParse(content).data?.errors ?? []);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function unavailable(cause: unknown): AppError {
  return commonFailure('UNAVAILABLE', 'The keys that protect stored data cannot be reached at present. Try again in a moment.', { cause });
}

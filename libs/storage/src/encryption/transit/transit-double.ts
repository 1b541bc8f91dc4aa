import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { seal, unseal } from '../sealed-bytes.js';

const base64 = z.base64().min(4).transform((text) => Buffer.from(text, 'base64'));
const Encrypt = z.strictObject({ plaintext: base64, associated_data: base64.optional() });
const Decrypt = z.strictObject({ ciphertext: z.string(), associated_data: base64.optional() });
const Rewrap = z.strictObject({ ciphertext: z.string() });
const Empty = z.strictObject({}).optional();

class Refused extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

interface StoredKey {
  readonly type: string;
  readonly versions: Buffer[];
  least: number;
}

export interface TransitDouble {
  readonly url: string;
  token: string;
  /** `unavailable`: sealed (503). `silent`: takes requests and never answers. */
  mode: 'answering' | 'unavailable' | 'silent';
  /** Requests so far, as method and path; refused ones, too. */
  readonly requests: readonly string[];
  /** What was asked in a form that Transit does not know; a test ends with this empty. */
  readonly faults: readonly string[];
  create(name: string, type?: string): void;
  rotate(name: string): void;
  /** `min_decryption_version`: older cipher texts are refused from now on. */
  retireBefore(name: string, version: number): void;
  close(): Promise<void>;
}

/** The engine's keys and what can be done with them, after the API of HashiCorp Vault 1.18 and OpenBao 2. */
class Engine {
  readonly keys = new Map<string, StoredKey>();

  get(name: string): StoredKey {
    const key = this.keys.get(name);
    if (!key) throw new Refused(400, 'encryption key not found');
    return key;
  }

  /** What `GET keys/:name` tells. */
  read(name: string): object {
    const key = this.keys.get(name);
    if (!key) throw new Refused(404, '');
    const versions = Object.fromEntries(key.versions.map((_, index) => [index + 1, 1_700_000_000]));
    return { name, type: key.type, derived: false, exportable: false, deletion_allowed: false, keys: versions, latest_version: key.versions.length, min_decryption_version: key.least, min_encryption_version: 0 };
  }

  encrypt(name: string, plain: Buffer, place = Buffer.alloc(0)): object {
    const { versions } = this.get(name);
    const sealed = seal(plain, versions.at(-1) ?? Buffer.alloc(32), place.toString('utf8'));
    return { ciphertext: `vault:v${versions.length}:${sealed.toString('base64')}`, key_version: versions.length };
  }

  decrypt(name: string, ciphertext: string, place = Buffer.alloc(0)): Buffer {
    const { versions, least } = this.get(name);
    const [, version = '', encoded = ''] = /^vault:v(\d+):(.+)$/.exec(ciphertext) ?? [];
    if (version === '') throw new Refused(400, 'invalid ciphertext: no prefix');
    if (Number(version) < least) throw new Refused(400, 'ciphertext or signature version is disallowed by policy (too old)');
    const key = versions[Number(version) - 1];
    if (!key) throw new Refused(400, 'invalid ciphertext: version is too new');
    try {
      return unseal(Buffer.from(encoded, 'base64'), key, place.toString('utf8'));
    } catch {
      throw new Refused(400, 'cipher: message authentication failed');
    }
  }
}

class Server {
  readonly engine = new Engine();
  readonly requests: string[] = [];
  readonly faults: string[] = [];
  token = randomBytes(12).toString('hex');
  mode: TransitDouble['mode'] = 'answering';

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer); // no encoding is set
    this.requests.push(`${request.method} ${request.url}`);
    if (this.mode === 'silent') return;
    const answer = (status: number, content: object) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
    try {
      if (this.mode === 'unavailable') throw new Refused(503, 'Vault is sealed');
      if (request.headers['x-vault-token'] !== this.token) throw new Refused(403, 'permission denied');
      answer(200, { request_id: '1', lease_id: '', renewable: false, lease_duration: 0, data: this.answer(request, Buffer.concat(chunks).toString('utf8')) });
    } catch (error) {
      if (error instanceof Refused) answer(error.status, { errors: error.message === '' ? [] : [error.message] });
      else throw error;
    }
  }

  private answer({ method, url }: IncomingMessage, body: string): object {
    const [, path = '', name = '', more] = /^\/v1\/transit\/(encrypt|decrypt|rewrap|keys)\/([\w-]+)(\/rotate)?$/.exec(url ?? '') ?? [];
    const route = `${method} ${path}${more ?? ''}`;
    const { engine } = this;
    const read = <T>(schema: z.ZodType<T>): T => {
      const parsed = schema.safeParse(body === '' ? undefined : JSON.parse(body));
      if (!parsed.success) throw this.fault(`${route}: ${z.prettifyError(parsed.error)}`);
      return parsed.data;
    };
    if (route === 'GET keys') return engine.read(name);
    if (route === 'POST encrypt') {
      const { plaintext, associated_data: place } = read(Encrypt);
      return engine.encrypt(name, plaintext, place);
    }
    if (route === 'POST decrypt') {
      const { ciphertext, associated_data: place } = read(Decrypt);
      return { plaintext: engine.decrypt(name, ciphertext, place).toString('base64') };
    }
    // Transit cannot rewrap what has associated data: the parameter does not exist there
    if (route === 'POST rewrap') return engine.encrypt(name, engine.decrypt(name, read(Rewrap).ciphertext));
    if (route === 'POST keys/rotate') {
      read(Empty);
      engine.get(name).versions.push(randomBytes(32));
      return {};
    }
    throw this.fault(`${method} ${url} is not known`, 404);
  }

  private fault(what: string, status = 400): Refused {
    this.faults.push(what);
    return new Refused(status, what);
  }
}

/** Pretends to be the Transit engine over HTTP, mounted at `transit`; refuses what it does not know instead of ignoring it. */
export async function startTransitDouble(): Promise<TransitDouble> {
  const server = new Server();
  const http = createServer((request, response) => {
    server.serve(request, response).catch((error: unknown) => response.destroy(error as Error)); // only a broken connection gets here
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { engine } = server;
  return Object.assign(server, {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    create: (name: string, type = 'aes256-gcm96') => void engine.keys.set(name, { type, versions: [randomBytes(32)], least: 1 }),
    rotate: (name: string) => void engine.get(name).versions.push(randomBytes(32)),
    retireBefore: (name: string, version: number) => void (engine.get(name).least = version),
    async close() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  });
}

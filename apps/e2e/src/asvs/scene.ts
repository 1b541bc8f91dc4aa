import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { auth, catalogue, type HttpRoute, webClientHeader } from '@voiceassist/contracts';
import { OutsideProviders } from '../house/outside-providers.js';
import { Person } from '../house/person.js';
import { Product } from '../house/product.js';

export const someId = '00000000-0000-4000-8000-000000000000';

/** Every operation that can be reached from outside. */
export const publicOperations = catalogue.flatMap(({ operation, contract }) => ('http' in contract && contract.http ? [{ operation, contract, route: contract.http }] : []));

export interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string | Buffer;
  readonly as?: Person;
}

/** Path of a route with every parameter filled in from the given ids, or with an id that nothing has. */
export function pathOf(route: HttpRoute, ids: Readonly<Record<string, string>> = {}): string {
  return route.path.replace(/:(\w+)/g, (_, name: string) => ids[name] ?? (name === 'page' ? '1' : someId));
}

export const bodyOf = ({ text }: Told) => JSON.parse(text) as { success: boolean; data: Record<string, unknown> | null; error: { code: string; message: string; details?: { retryAfterMs?: number } } | null };
export const codeOf = (told: Told): string | undefined => bodyOf(told).error?.code;

/** Limits that no attack but one on the limits runs into, and small bounds for reading files. */
const generous = { GATEWAY_REFUSED_TOKENS_PER_MINUTE: '10000', GATEWAY_REQUESTS_PER_MINUTE: '100000', GATEWAY_CREDENTIALS_PER_MINUTE: '1000', GATEWAY_CHECKS_PER_MINUTE: '1000', GATEWAY_UPLOADS_PER_MINUTE: '10000', GATEWAY_QUESTIONS_PER_MINUTE: '10000', REALTIME_QUESTIONS_PER_MINUTE: '10000', PARSE_MEMORY_MB: '128', PARSE_TIMEOUT_MS: '20000' };

/** One started product and people of it, to be attacked from outside. */
export class Scene {
  private constructor(
    readonly product: Product,
    readonly providers: OutsideProviders,
    readonly boss: Person,
    readonly viewer: Person,
    readonly other: Person,
  ) {}

  static async open(settings: Record<string, string> = generous): Promise<Scene> {
    const providers = await OutsideProviders.start([{ id: 'hospital', label: 'Hospital login' }]);
    const product = await Product.start(async (url) => ({ ...settings, ...(await providers.settingsFor(url)) }));
    const boss = await Person.signIn(product);
    return new Scene(product, providers, boss, await boss.colleague('viewer', 'vera'), await boss.colleague('viewer', 'otto'));
  }

  async close(): Promise<void> {
    await this.product.discard();
    await this.providers.stop();
  }

  get host(): string {
    return new URL(this.product.url).host;
  }

  /** One request with exactly these headers: nothing is added by a browser's rules, no redirect is followed. */
  ask(path: string, { method = 'GET', headers = {}, body, as }: Asked = {}): Promise<Told> {
    const { hostname, port } = new URL(this.product.url);
    const all = { ...(as && { authorization: `Bearer ${as.tokens.accessToken}` }), ...headers };
    return new Promise((resolve, reject) => {
      const request = httpRequest({ hostname, port, path, method, headers: all, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString() }));
        response.on('error', reject);
      });
      request.on('error', reject);
      request.setTimeout(30_000, () => request.destroy(new Error(`no answer to ${method} ${path}`)));
      request.end(body);
    });
  }

  /** A request with a JSON body. */
  send(...[method, path, body, more = {}]: [method: string, path: string, body: unknown, more?: Asked]): Promise<Told> {
    return this.ask(path, { ...more, method, headers: { 'content-type': 'application/json', ...more.headers }, body: typeof body === 'string' ? body : JSON.stringify(body) });
  }

  knock(route: HttpRoute, more: Asked & { ids?: Record<string, string> } = {}): Promise<Told> {
    const path = pathOf(route, more.ids);
    return route.method === 'GET' || route.method === 'DELETE' ? this.ask(path, { ...more, method: route.method }) : this.send(route.method, path, '{}', more);
  }

  /** Signs in as the page does, so that the refresh token comes in a cookie. */
  signInAsPage(account: { email: string; password: string }, headers: Record<string, string> = {}): Promise<Told> {
    return this.send('POST', auth.login.http.path, account, { headers: { [webClientHeader.name]: webClientHeader.value, ...headers } });
  }

  /** Bytes on the wire, and what came back until the server closed or was silent for a while. */
  raw(bytes: string | Buffer, quietMs = 700): Promise<string> {
    const { hostname, port } = new URL(this.product.url);
    return new Promise((resolve) => {
      let text = '';
      const socket = connect(Number(port), hostname, () => socket.write(bytes));
      const done = () => {
        socket.destroy();
        resolve(text);
      };
      socket.setTimeout(quietMs, done);
      socket.on('data', (data) => (text += data.toString('latin1')));
      socket.on('close', done).on('error', done);
    });
  }
}

/** Status lines of all answers in a piece of wire traffic. */
export const statusesOf = (wire: string): number[] => [...wire.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));

export const account = (name: string) => ({ email: `${name}@hospital.example`, password: `${name} has a long enough password` });

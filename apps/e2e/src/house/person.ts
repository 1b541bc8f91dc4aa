import { auth, type Document, HttpClient, kb, type Role, type TokenPair } from '@voiceassist/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import { administrator, type Product } from './product.js';
import { SecondFactor } from './second-factor.js';

const finalStages = ['ready', 'failed', 'cancelled'];

/** Second factors of everybody who has set one up, by installation and address. */
const secondFactors = new Map<string, SecondFactor>();

/** Somebody signed in to the product, with the typed client and a few habits. */
export class Person {
  readonly client: HttpClient;

  private constructor(
    readonly product: Product,
    public tokens: TokenPair,
    private readonly factorKey: string,
  ) {
    this.client = new HttpClient({ baseUrl: product.url, accessToken: () => this.tokens.accessToken, showFactor: () => this.showFactor() });
  }

  /** Signs in as people do: with a second factor where there is one, setting one up where the role demands it. */
  static async signIn(product: Product, account: { email: string; password: string } = administrator): Promise<Person> {
    const client = new HttpClient({ baseUrl: product.url });
    const factorKey = `${product.dataFolder} ${account.email}`;
    const answer = await client.request(auth.login, account);
    const tokens = answer.kind === 'signed-in' ? answer : await client.request(auth.verifyFactor, factorOf(factorKey).answer(answer));
    const person = new Person(product, tokens, factorKey);
    if (tokens.mustEnrol) await person.setUpFactor();
    return person;
  }

  /** What the authenticator app was given, in base32. */
  get factorSecret(): string {
    return factorOf(this.factorKey).secret;
  }

  /** Also of one's own will, where no role demands it. */
  async setUpFactor(): Promise<void> {
    const { factor, access } = await SecondFactor.setUp(this.client);
    secondFactors.set(this.factorKey, factor);
    this.tokens = { ...this.tokens, ...access, mustEnrol: undefined };
  }

  private async showFactor(): Promise<boolean> {
    const challenge = await this.client.request(auth.beginStepUp, {});
    this.tokens = { ...this.tokens, ...(await this.client.request(auth.stepUp, factorOf(this.factorKey).answer(challenge))) };
    return true;
  }

  /** Lets an administrator make an account with a role and signs in with it. */
  async colleague(role: Role, name: string): Promise<Person> {
    const account = { email: `${name}@hospital.example`, password: `${name} has a long enough password` };
    await this.prepare(account, name, role);
    return Person.signIn(this.product, account);
  }

  /** Makes an account and replaces, as its owner would at the first sign-in, the password that was handed over. */
  async prepare(account: { email: string; password: string }, displayName: string, role: Role): Promise<void> {
    const handedOver = 'for the first day alone, to be replaced';
    await this.client.request(auth.createAccount, { ...account, password: handedOver, displayName, roles: [role] });
    const first = await new HttpClient({ baseUrl: this.product.url }).request(auth.login, { ...account, password: handedOver });
    if (first.kind !== 'signed-in' || !first.mustChangePassword) throw new Error('a password that was handed over must be replaced');
    const newcomer = new HttpClient({ baseUrl: this.product.url, accessToken: () => first.accessToken });
    await newcomer.request(auth.changePassword, { currentPassword: handedOver, newPassword: account.password });
  }

  upload(file: File, fields: Record<string, string> = {}): Promise<Document> {
    return this.client.upload(kb.uploadDocument, file, fields);
  }

  /** Waits for the end of an ingestion, whatever it is. */
  async ingested(documentId: string, timeoutMs = 60_000): Promise<Document> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const document = await this.client.request(kb.readDocument, { documentId }).catch(() => null);
      if (document && finalStages.includes(document.stage)) return document;
      if (Date.now() > deadline) throw new Error(`document is still ${document?.stage ?? 'unknown'} after ${timeoutMs} ms`);
      await sleep(100);
    }
  }
}

function factorOf(key: string): SecondFactor {
  const factor = secondFactors.get(key);
  if (!factor) throw new Error('a second factor is asked for, and none was set up here');
  return factor;
}

import { auth, type Document, HttpClient, kb, type Role, type TokenPair } from '@voiceassist/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import { administrator, type Product } from './product.js';

const finalStages = ['ready', 'failed', 'cancelled'];

/** Somebody signed in to the product, with the typed client and a few habits. */
export class Person {
  private constructor(
    readonly product: Product,
    readonly client: HttpClient,
    public tokens: TokenPair,
  ) {}

  static async signIn(product: Product, account: { email: string; password: string } = administrator): Promise<Person> {
    const tokens = await new HttpClient({ baseUrl: product.url }).request(auth.login, account);
    const person: Person = new Person(product, new HttpClient({ baseUrl: product.url, accessToken: () => person.tokens.accessToken }), tokens);
    return person;
  }

  /** Lets an administrator make an account with a role and signs in with it. */
  async colleague(role: Role, name: string): Promise<Person> {
    const account = { email: `${name}@hospital.example`, password: `${name} has a long enough password` };
    await this.client.request(auth.createAccount, { ...account, displayName: name, roles: [role] });
    return Person.signIn(this.product, account);
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

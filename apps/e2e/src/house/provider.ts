import { auth } from '@voiceassist/contracts';
import type { Person } from './person.js';

/** What expectations look into; that it has this form is theirs to say. */
export interface ScimResource {
  readonly id: string;
  readonly userName: string;
  readonly endpoint: string;
  readonly attributes: readonly { readonly name: string }[];
  readonly meta: { readonly version: string };
  readonly members?: unknown;
  readonly [other: string]: unknown;
}

export interface ScimAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Whatever came, read as JSON; empty where nothing came. */
  readonly body: ScimResource & { readonly Resources: readonly ScimResource[]; readonly totalResults: number };
}

/** An identity provider as the product sees it: an API key and HTTP, without our client or our types. */
export class Provider {
  private constructor(
    private readonly url: string,
    readonly key: string,
  ) {}

  static async of(administrator: Person): Promise<Provider> {
    const { userId } = await administrator.client.request(auth.createServiceAccount, { displayName: 'Identity provider' });
    const { key } = await administrator.client.request(auth.createApiKey, { name: 'provisioning', permissions: ['people.provision'], serviceAccountId: userId });
    return new Provider(administrator.product.url, key);
  }

  async ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<ScimAnswer> { // eslint-disable-line no-restricted-syntax -- a request as one says it
    const response = await fetch(`${this.url}/api/scim/v2${path}`, {
      method, body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
      headers: { authorization: `Bearer ${this.key}`, ...(body !== undefined && { 'content-type': 'application/scim+json' }), ...headers },
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: (text === '' ? {} : JSON.parse(text)) as ScimAnswer['body'] };
  }

  get(path: string): Promise<ScimAnswer> {
    return this.ask('GET', path);
  }

  find(resource: 'Users' | 'Groups', filter: string): Promise<ScimAnswer> {
    return this.get(`/${resource}?filter=${encodeURIComponent(filter)}`);
  }

  patch(path: string, ...operations: object[]): Promise<ScimAnswer> {
    return this.ask('PATCH', path, { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations });
  }
}

const schema = 'urn:ietf:params:scim:schemas:core:2.0';

/** The body with which Entra ID makes somebody, by its default mappings. */
export const entraUser = (name: string) => ({
  schemas: [`${schema}:User`, 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'], externalId: `entra-${name}`, userName: `${name}@tenant.example`, active: true,
  displayName: `${name} of Entra`, emails: [{ primary: true, type: 'work', value: `${name}.mail@hospital.example` }], meta: { resourceType: 'User' },
  name: { formatted: `${name} Entra`, familyName: 'Entra', givenName: name }, title: 'Registrar', phoneNumbers: [{ type: 'work', value: '+1 555 0100' }],
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'Cardiology', employeeNumber: '17' },
});

/** The same of Okta, which sends a password and asks for nothing of it. */
export const oktaUser = (name: string) => ({
  schemas: [`${schema}:User`], userName: `${name}@hospital.example`, name: { givenName: name, familyName: 'Okta' }, displayName: `${name} Okta`, locale: 'en-US',
  emails: [{ primary: true, value: `${name}@hospital.example`, type: 'work' }], externalId: `00u-${name}`, groups: [], password: 'N0t-to-be-kept-anywhere', active: true,
});

export const group = (displayName: string, ...members: string[]) => ({ schemas: [`${schema}:Group`], displayName, ...(members.length > 0 && { members: members.map((value) => ({ value })) }) });

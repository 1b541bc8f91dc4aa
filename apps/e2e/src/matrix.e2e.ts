import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auth, catalogue, closeCodes, kb, Permission, rag, realtime, Role, scimContentType, users, type CallableContract, type HttpRoute } from '@voiceassist/contracts';
import { Conversation } from './house/conversation.js';
import { OutsideProviders } from './house/outside-providers.js';
import { Person } from './house/person.js';
import { mode, Product, root } from './house/product.js';

interface Row {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly freshFactor: boolean;
  readonly cells: Readonly<Record<string, string>>;
}

const someId = '00000000-0000-4000-8000-000000000000';
/** What would end the session that asks; asked in tests of their own. */
const endsSession = new Set(['auth.logout', 'auth.logoutAll']);
/** Refusals by access, as opposed to whatever a handler says of an empty request. */
const refusals = ['UNAUTHENTICATED', 'FORBIDDEN', 'FACTOR_REQUIRED', 'STEP_UP_REQUIRED'];

/** The routes of the written matrix; every route of the catalogue must stand in it. */
function readMatrix(): Row[] {
  const lines = readFileSync(join(root, 'docs/security/access-matrix.md'), 'utf8').split('\n').filter((line) => line.startsWith('| '));
  const [head = '', ...rest] = lines;
  const columns = cellsOf(head).slice(4);
  return rest.map(cellsOf).filter(([, route]) => route !== '').map(([operation = '', route = '', , freshFactor, ...cells]) => {
    const [method = '', path = ''] = route.split(' ');
    return { operation, method, path, freshFactor: freshFactor === 'yes', cells: Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ''])) };
  });
}

const cellsOf = (line: string) => line.slice(2, -2).split(' | ').map((cell) => cell.trim());

describe(`access matrix, ${mode}`, () => {
  const rows = readMatrix();
  let product: Product;
  let providers: OutsideProviders;
  let boss: Person;
  const people = new Map<string, Person>();
  const tokens = new Map<string, string | undefined>([['nobody', undefined]]);

  async function ask({ method, path }: Pick<Row, 'method' | 'path'>, token: string | undefined, ids: Readonly<Record<string, string>> = {}) {
    const address = path.replace(/:page\b/, '1').replace(/:(\w+)/g, (_, name: string) => ids[name] ?? someId);
    const body = method === 'GET' || method === 'DELETE' ? undefined : '{}';
    const headers = { ...(token ? { authorization: `Bearer ${token}` } : {}), ...(body ? { 'content-type': 'application/json' } : {}) };
    const response = await fetch(`${product.url}${address}`, { method, headers, body });
    const type = response.headers.get('content-type') ?? '';
    const isReadable = type.startsWith(scimContentType) || type.startsWith('application/json');
    if (!isReadable) await response.body?.cancel();
    const text = isReadable ? await response.text() : '';
    const answer = (text ? JSON.parse(text) : {}) as { code?: string; error?: { code: string } | null };
    return { status: response.status, code: answer.code ?? answer.error?.code, text };
  }

  /** A service account acts with a key of the widest scope that it can have. */
  async function keyOfServiceAccount(): Promise<string> {
    const { userId } = await boss.client.request(auth.createServiceAccount, { displayName: 'Lab system' });
    const permissions = Permission.options.filter((permission) => rows.some(({ operation, cells }) => accessOf(operation) === permission && cells['service'] !== '–'));
    return (await boss.client.request(auth.createApiKey, { name: 'lab', permissions, serviceAccountId: userId })).key;
  }

  beforeAll(async () => {
    providers = await OutsideProviders.start([{ id: 'hospital', label: 'Hospital login' }]);
    product = await Product.start(async (url) => ({ GATEWAY_REQUESTS_PER_MINUTE: '100000', GATEWAY_CREDENTIALS_PER_MINUTE: '10000', ...(await providers.settingsFor(url)) }));
    boss = await Person.signIn(product);
    people.set('admin', boss);
    for (const role of Role.options) if (role !== 'admin' && role !== 'service') people.set(role, await boss.colleague(role, role.replace('_', '-')));
    for (const [role, person] of people) tokens.set(role, person.tokens.accessToken);
    tokens.set('service', await keyOfServiceAccount());
  }, 180_000);
  afterAll(async () => {
    await product?.discard();
    await providers?.stop();
  });

  it('has a row for every route', () => {
    const routes = catalogue.flatMap(({ service, operation, contract }) => ('http' in contract && contract.http ? [`${service}.${operation}`] : []));
    expect(rows.map(({ operation }) => operation).sort()).toEqual(routes.sort());
  });

  it.each(['nobody', ...Role.options])('lets %s through exactly the routes of the matrix', async (column) => {
    const unexpected: string[] = [];
    for (const row of rows) {
      if (endsSession.has(row.operation) && row.cells[column] !== '–') continue;
      const { status, code = '' } = await ask(row, tokens.get(column));
      const refused = isRefusal(row, code);
      if (refused !== (row.cells[column] === '–')) unexpected.push(`${row.method} ${row.path} as ${column}: ${status} ${code}`);
      if (column === 'nobody' && refused && code !== 'UNAUTHENTICATED') unexpected.push(`${row.method} ${row.path} tells a stranger ${code}`);
    }
    expect(unexpected).toEqual([]);
  });

  it('lets a composed role add exactly its permissions', async () => {
    const role = await boss.client.request(users.defineRole, { name: 'Librarian', permissions: ['documents.upload', 'panel.read'] });
    const name = `librarian-${randomUUID().slice(0, 8)}`;
    const { tokens: before } = await boss.colleague('viewer', name);
    await boss.client.request(users.giveRoles, { userId: before.user.userId, roleIds: [role.roleId] });
    const librarian = await Person.signIn(product, { email: `${name}@hospital.example`, password: `${name} has a long enough password` });
    const unexpected: string[] = [];
    for (const row of rows) {
      if (endsSession.has(row.operation)) continue;
      const access = accessOf(row.operation);
      const may = row.cells['viewer'] !== '–' || access === 'documents.upload' || access === 'panel.read';
      const { code = '' } = await ask(row, librarian.tokens.accessToken);
      if (isRefusal(row, code) === may) unexpected.push(`${row.method} ${row.path}: ${code}`);
    }
    expect(unexpected).toEqual([]);
  });

  describe('things of other people', () => {
    let owned: Record<string, string>;
    let owner: Person;
    let stranger: Person;
    /** One of each role who is not the owner; the colleague of the same role too. */
    let strangers: [column: string, token: string][];

    beforeAll(async () => {
      owner = await boss.colleague('clinician', 'owner');
      stranger = await boss.colleague('clinician', 'stranger');
      const { collectionId } = await boss.client.request(kb.createCollection, { name: 'locked to the stranger', grants: { roles: [], userIds: [owner.tokens.user.userId] } });
      const { documentId } = await boss.upload(new File(['The owl clinic opens at seven.'], 'owl.txt', { type: 'text/plain' }), { collectionId });
      expect((await boss.ingested(documentId)).stage).toBe('ready');
      const { conversationId } = await owner.client.request(rag.createConversation, { title: 'mine' });
      const talk = await Conversation.open(owner);
      const { messageId } = await talk.answerTo('When does the owl clinic open?', { conversationId });
      talk.close();
      const { apiKey } = await owner.client.request(auth.createApiKey, { name: 'mine', permissions: ['passages.search'] });
      const { factors } = await owner.client.request(auth.listFactors, {});
      const { sessions } = await owner.client.request(auth.listSessions, {});
      await providers.tell({ people: { owner: { claims: {} } } });
      const { identityId } = await providers.link(owner.client, 'owner');
      owned = {
        collectionId, identityId, documentId, conversationId, messageId, keyId: apiKey.keyId, factorId: factors[0]?.factorId ?? '', sessionId: sessions[0]?.sessionId ?? '',
        userId: owner.tokens.user.userId, ...(await ofOverseers()),
      };
      strangers = [...tokens, ['clinician', stranger.tokens.accessToken] as const].flatMap(([column, token]) => (token ? [[column, token]] : []));
    }, 120_000);

    /** Things that only administrators, privacy officers and identity providers reach, who reach all of them. */
    async function ofOverseers(): Promise<Record<string, string>> {
      const { roleId } = await boss.client.request(users.defineRole, { name: `Reader ${randomUUID().slice(0, 8)}`, permissions: ['documents.read'] });
      await boss.client.request(auth.inviteUser, { email: `invited-${randomUUID().slice(0, 8)}@hospital.example`, displayName: 'Invited', roles: ['viewer'] });
      const { links } = await boss.client.request(auth.listPendingLinks, {});
      const nurse = await boss.colleague('nurse', 'emergency-nurse');
      const locked = await boss.client.request(kb.createCollection, { name: 'locked to everybody', grants: { roles: [], userIds: [] } });
      const { emergency } = await nurse.client.request(auth.openEmergency, { collectionId: locked.collectionId, reason: 'somebody has to try a foreign identifier' });
      const made = await fetch(`${product.url}/api/scim/v2/Groups`, {
        method: 'POST', headers: { authorization: `Bearer ${tokens.get('service')}`, 'content-type': scimContentType },
        body: JSON.stringify({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: `Ward ${randomUUID().slice(0, 8)}` }),
      });
      const { id } = (await made.json()) as { id: string };
      return { roleId, linkId: links[0]?.linkId ?? '', emergencyId: emergency.emergencyId, groupId: id };
    }
    const namesIn = (path: string) => [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);

    const withOwnedIds = () => rows.filter(({ path }) => namesIn(path).some((name) => name in owned));

    it('exist for every identifier in a route', () => {
      expect(Object.entries(owned).filter(([, id]) => !id)).toEqual([]);
      expect(rows.flatMap(({ path }) => namesIn(path)).filter((name) => !(name in owned) && name !== 'page')).toEqual([]);
    });

    it('are there for nobody whose reach does not cover them, and for everybody whose reach does', async () => {
      const unexpected: string[] = [];
      for (const [column, token] of strangers) {
        for (const row of withOwnedIds()) unexpected.push(...(await leaksOf(row, column, token)));
      }
      expect(unexpected).toEqual([]);
    }, 120_000);

    /** What somebody learns or lacks by these identifiers against the reach of the matrix. */
    async function leaksOf(row: Row, column: string, token: string): Promise<string[]> {
      const reach = row.cells[column] ?? '–';
      if (reach === 'any' && row.method !== 'GET') return []; // it would be done
      const foreign = await ask(row, token, owned);
      const what = `${row.method} ${row.path} as ${column} (${reach}): ${foreign.status} ${foreign.code}`;
      if (reach === 'any') return foreign.status === 200 ? [] : [`${what}, not reached`];
      const unknown = await ask(row, token);
      const isSame = foreign.status === unknown.status && foreign.code === unknown.code && foreign.status >= 400;
      return isSame ? [] : [`${what}, unknown ${unknown.status} ${unknown.code}`];
    }

    it('are there for their owner', async () => {
      const reads = withOwnedIds().filter(({ method, cells }) => method === 'GET' && !['–', 'any'].includes(cells['clinician'] ?? '–'));
      expect(reads.length).toBeGreaterThan(5);
      const answers = await Promise.all(reads.map(async (row) => [row.path, (await ask(row, owner.tokens.accessToken, owned)).status]));
      expect(answers).toEqual(reads.map(({ path }) => [path, 200]));
    });

    it('stand in no list of somebody whose reach does not cover them, and in the lists of those whose does', async () => {
      const listedAs: Readonly<Record<string, string>> = {
        'kb.listCollections': 'collectionId', 'kb.listDocuments': 'documentId', 'rag.listConversations': 'conversationId', 'auth.listApiKeys': 'keyId', 'auth.listFactors': 'factorId',
        'auth.listSessions': 'sessionId', 'auth.listIdentities': 'identityId', 'users.readOwnProfile': 'userId', 'auth.me': 'userId',
      };
      /** Names what an emergency access would open: that it is there is no secret. */
      const lists = rows.filter(({ operation, method, path, cells }) => method === 'GET' && namesIn(path).length === 0 && cells['nobody'] === '–' && operationName(operation) !== 'kb.listLockedCollections');
      const ids = Object.values(owned);
      const unexpected: string[] = [];
      for (const row of lists) {
        for (const [column, token] of strangers) {
          const reach = row.cells[column] ?? '–';
          const { text } = await ask({ ...row, path: `${row.path}?pageSize=100` }, token);
          const seen = ids.filter((id) => text.includes(id));
          if (reach !== 'any' && seen.length > 0) unexpected.push(`${row.path} shows ${column} (${reach}) ${seen.join()}`);
        }
        const name = listedAs[operationName(row.operation)];
        if (name === undefined) continue;
        const own = await ask({ ...row, path: `${row.path}?pageSize=100` }, owner.tokens.accessToken);
        if (!own.text.includes(owned[name] ?? '')) unexpected.push(`${row.path} does not show its owner ${name}: ${own.status}`);
      }
      for (const [path, name] of [['/api/kb/collections', 'collectionId'], ['/api/kb/documents', 'documentId'], ['/api/users', 'userId']] as const) {
        if (!(await ask({ method: 'GET', path: `${path}?pageSize=100` }, boss.tokens.accessToken)).text.includes(owned[name] ?? '')) unexpected.push(`${path} does not show an administrator everything`);
      }
      expect(unexpected).toEqual([]);
    }, 120_000);

    it('are found by nobody whose reach does not cover them', async () => {
      const search = rows.find(({ operation }) => operation === 'kb-indexer.searchPassages');
      const found = async (token: string) => {
        const response = await fetch(`${product.url}${search?.path}`, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify({ query: 'owl clinic opens' }) });
        return (await response.text()).includes('opens at seven');
      };
      expect(await found(owner.tokens.accessToken)).toBe(true);
      for (const [column, token] of strangers) expect([column, await found(token)]).toEqual([column, search?.cells[column] === 'any']);
    });

    it('are still there after all these attempts', async () => {
      for (const [path, name] of [['/api/conversations', 'conversationId'], ['/api/messages', 'messageId'], ['/api/kb/documents', 'documentId']] as const) {
        expect(await ask({ method: 'GET', path: `${path}/:${name}` }, owner.tokens.accessToken, owned)).toMatchObject({ status: 200 });
      }
      expect((await owner.client.request(auth.listFactors, {})).factors).toHaveLength(1);
      expect((await owner.client.request(auth.listApiKeys, {})).apiKeys).toHaveLength(1);
    });

    it('cannot be stopped over a socket by somebody else', async () => {
      const talk = await Conversation.open(stranger);
      talk.send({ type: 'stop', messageId: owned['messageId'] ?? '' });
      await talk.answerTo('When does the owl clinic open?');
      expect(JSON.stringify(talk.frames)).not.toContain('opens at seven');
      talk.close();
    });
  });

  it('opens sockets to those who may ask, and to nobody else', async () => {
    const mayAsk = rows.find(({ operation }) => operation === 'realtime.issueTicket');
    for (const [column, token] of tokens) {
      if (column === 'service') continue; // a program asks over HTTP; sockets take sessions and tickets
      const socket = Conversation.raw(product.url, ['voiceassist.v1'], token ? { authorization: `Bearer ${token}` } : {});
      const expected = mayAsk?.cells[column] !== '–' ? 'connected' : column === 'nobody' ? closeCodes.notAuthenticated : closeCodes.forbidden;
      const seen = expected === 'connected' ? (await socket.next('connected')).type : (await socket.end()).code;
      expect({ column, seen }).toEqual({ column, seen: expected });
      socket.close();
    }
    await expect(people.get('privacy_officer')?.client.request(realtime.issueTicket, {})).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

const contractOf = (operation: string) => catalogue.find((entry) => `${entry.service}.${entry.operation}` === operation)?.contract as (CallableContract & { http?: HttpRoute }) | undefined; // rows are of callable contracts
/** As code calls it: `kb.listDocuments` of `kb-indexer.listDocuments`. */
const operationName = (operation: string) => operation.replace(/^kb-indexer\./, 'kb.').replace(/^rag-orchestrator\./, 'rag.');
const accessOf = (operation: string) => contractOf(operation)?.access;

/** Refused by role. Viewers and researchers of this test have no factor, so what wants a fresh one of them tells them so: the role would do. */
function isRefusal({ operation, freshFactor }: Row, code: string): boolean {
  if (code === 'STEP_UP_REQUIRED') return !freshFactor;
  return refusals.includes(code) && !(operation === 'auth.beginStepUp' && code === 'FACTOR_REQUIRED');
}

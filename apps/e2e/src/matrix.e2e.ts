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
    if (type.startsWith(scimContentType)) return { status: response.status, code: ((await response.json()) as { code?: string }).code };
    const isEnvelope = type.startsWith('application/json');
    const { error } = isEnvelope ? ((await response.json()) as { error: { code: string } | null }) : { error: null };
    if (!isEnvelope) await response.body?.cancel();
    return { status: response.status, code: error?.code };
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
      owned = { collectionId, identityId, documentId, conversationId, messageId, keyId: apiKey.keyId, factorId: factors[0]?.factorId ?? '', sessionId: sessions[0]?.sessionId ?? '' };
    }, 120_000);

    /** Things that only administrators, privacy officers and identity providers reach, who reach all of them. */
    const ofOverseers = new Set(['userId', 'roleId', 'emergencyId', 'linkId', 'page', 'groupId']);
    const namesIn = (path: string) => [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);

    it('exist for every identifier in a route', () => {
      const known = new Set([...Object.keys(owned), ...ofOverseers]);
      expect(rows.flatMap(({ path }) => namesIn(path)).filter((name) => !known.has(name))).toEqual([]);
    });

    it('are not there for somebody of the same role, and are for their owner', async () => {
      const open = rows.filter(({ path, cells }) => cells['clinician'] !== '–' && namesIn(path).some((name) => name in owned));
      expect(open.length).toBeGreaterThan(10);
      const unexpected: string[] = [];
      for (const row of open) {
        const foreign = await ask(row, stranger.tokens.accessToken, owned);
        const unknown = await ask(row, stranger.tokens.accessToken);
        if (foreign.status !== unknown.status || foreign.code !== unknown.code || foreign.status < 400) unexpected.push(`${row.method} ${row.path}: foreign ${foreign.status} ${foreign.code}, unknown ${unknown.status} ${unknown.code}`);
        if (row.method !== 'GET') continue;
        const own = await ask(row, owner.tokens.accessToken, owned);
        if (own.status !== 200) unexpected.push(`${row.method} ${row.path} for its owner: ${own.status} ${own.code}`);
      }
      expect(unexpected).toEqual([]);
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
const accessOf = (operation: string) => contractOf(operation)?.access;

/** Refused by role. Viewers and researchers of this test have no factor, so what wants a fresh one of them tells them so: the role would do. */
function isRefusal({ operation, freshFactor }: Row, code: string): boolean {
  if (code === 'STEP_UP_REQUIRED') return !freshFactor;
  return refusals.includes(code) && !(operation === 'auth.beginStepUp' && code === 'FACTOR_REQUIRED');
}

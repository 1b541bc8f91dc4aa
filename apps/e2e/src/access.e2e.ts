import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auth, catalogue, closeCodes, decideAccess, kb, rag, type HttpRoute } from '@voiceassist/contracts';
import { Conversation } from './house/conversation.js';
import { Person } from './house/person.js';
import { mode, Product } from './house/product.js';

const someId = '00000000-0000-4000-8000-000000000000';
const publicOperations = catalogue.flatMap(({ contract }) => ('http' in contract && contract.http ? [{ contract: contract, route: contract.http }] : []));
const guarded = publicOperations.filter(({ contract }) => contract.access !== 'public');

function knock(product: Product, route: HttpRoute, token?: string): Promise<Response> {
  const path = route.path.replace(/:page\b/, '1').replace(/:\w+/g, someId);
  const body = route.method === 'GET' || route.method === 'DELETE' ? undefined : '{}';
  const headers = { ...(token ? { authorization: `Bearer ${token}` } : {}), ...(body ? { 'content-type': 'application/json' } : {}) };
  return fetch(`${product.url}${path}`, { method: route.method, headers, body });
}

describe(`access, ${mode}`, () => {
  let product: Product;
  let boss: Person;
  let viewer: Person;

  beforeAll(async () => {
    product = await Product.start({ GATEWAY_REQUESTS_PER_MINUTE: '10000', GATEWAY_REFUSED_TOKENS_PER_MINUTE: '10000' });
    boss = await Person.signIn(product);
    viewer = await boss.colleague('viewer', 'vera');
  }, 120_000);
  afterAll(() => product?.discard());

  it('refuses every guarded route without a token, and every administrator route to a viewer', async () => {
    const opened: string[] = [];
    for (const { contract, route } of guarded) {
      const stranger = await knock(product, route);
      await stranger.arrayBuffer();
      if (stranger.status !== 401) opened.push(`${route.method} ${route.path} without a token: ${stranger.status}`);
      if (decideAccess(contract, { type: 'user', userId: someId, sessionId: someId, roles: ['viewer'] }) === 'allowed') continue;
      const wrongRole = await knock(product, route, viewer.tokens.accessToken);
      await wrongRole.arrayBuffer();
      if (wrongRole.status !== 403) opened.push(`${route.method} ${route.path} as viewer: ${wrongRole.status}`);
    }
    expect(opened).toEqual([]);
    expect(guarded.length).toBeGreaterThan(30);
  });

  it('has no route for operations between services', async () => {
    const { paths } = (await (await fetch(`${product.url}/openapi.json`)).json()) as { paths: Record<string, object> };
    const documented = Object.values(paths).flatMap((path) => Object.keys(path)).length;
    expect(documented).toBeGreaterThanOrEqual(publicOperations.length);
    expect(Object.keys(paths).join(' ')).not.toMatch(/revocation|\/count/);
  });

  it('answers every refusal in the envelope with security headers and no detail', async () => {
    for (const path of ['/api/nothing', '/api/auth/me', '/api/kb/documents/not-an-id']) {
      const response = await fetch(`${product.url}${path}`, { headers: path.includes('documents') ? { authorization: `Bearer ${boss.tokens.accessToken}` } : {} });
      const body = (await response.json()) as { success: boolean; error: { code: string }; metadata: { requestId: string } };
      expect(body).toMatchObject({ success: false, data: null });
      expect(body.metadata.requestId).toBeTruthy();
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect(response.headers.get('content-security-policy')).toBeTruthy();
      expect(JSON.stringify(body)).not.toMatch(/at .*\.js|Error:/);
    }
  });

  it('shows a foreign conversation to nobody', async () => {
    const { conversationId } = await boss.client.request(rag.createConversation, { title: 'private' });
    await expect(viewer.client.request(rag.readConversation, { conversationId })).rejects.toMatchObject({ status: 404 });
    await expect(viewer.client.request(rag.deleteConversation, { conversationId })).rejects.toMatchObject({ status: 404 });
  });

  it('lets a removed grant end the reading at once', async () => {
    const { collectionId } = await boss.client.request(kb.createCollection, { name: 'ward rules', grants: { roles: ['viewer'], userIds: [] } });
    const { documentId } = await boss.upload(new File(['The quarkweed ward closes at 19:45 on Sundays.'], 'ward.txt', { type: 'text/plain' }), { collectionId });
    expect((await boss.ingested(documentId)).stage).toBe('ready');
    const find = () => viewer.client.request(kb.searchPassages, { query: 'When does the quarkweed ward close?' });
    expect((await find()).passages.some((passage) => passage.documentId === documentId)).toBe(true);
    await boss.client.request(kb.changeGrants, { collectionId, grants: { roles: [], userIds: [] } });
    expect((await find()).passages.some((passage) => passage.documentId === documentId)).toBe(false);
    await expect(viewer.client.request(kb.readDocument, { documentId })).rejects.toMatchObject({ code: 'DOCUMENT_NOT_FOUND' });
    await expect(viewer.client.download(kb.downloadDocument, { documentId })).rejects.toMatchObject({ code: 'DOCUMENT_NOT_FOUND' });
  });

  it('ends a whole family when an old refresh token is used again', async () => {
    const person = await Person.signIn(product);
    const renewed = await person.client.request(auth.refresh, { refreshToken: person.tokens.refreshToken });
    await expect(person.client.request(auth.refresh, { refreshToken: person.tokens.refreshToken, heldInCookie: true })).rejects.toMatchObject({ code: 'REFRESH_REFUSED' });
    await expect(person.client.request(auth.refresh, { refreshToken: renewed.refreshToken })).rejects.toMatchObject({ code: 'REFRESH_REFUSED' });
  });

  it('admits sockets only with a fresh ticket, from its own page', async () => {
    expect((await Conversation.raw(product.url, ['voiceassist.v1']).end()).code).toBe(closeCodes.notAuthenticated);
    expect((await Conversation.raw(product.url, ['voiceassist.v1', 'ticket.invented']).end()).code).toBe(closeCodes.notAuthenticated);
    expect((await Conversation.raw(product.url, ['voiceassist.v1'], { origin: 'https://evil.example' }).end()).code).toBe(1006);
    const bearer = Conversation.raw(product.url, ['voiceassist.v1'], { authorization: `Bearer ${boss.tokens.accessToken}` });
    await bearer.next('connected');
    bearer.close();
  });

  it('answers malformed frames with clean errors and closes after many', async () => {
    const conversation = await Conversation.open(boss);
    conversation.sendRaw('{"type":"messa');
    expect(await conversation.next('error')).toMatchObject({ code: 'MALFORMED_FRAME', fatal: false });
    for (let index = 0; index < 10; index += 1) conversation.sendRaw(Buffer.from([0, 1, 2]));
    expect((await conversation.end()).code).toBe(closeCodes.policy);
    const flooded = await Conversation.open(boss);
    flooded.sendRaw('x'.repeat(70_000));
    expect((await flooded.end()).code).toBe(closeCodes.frameTooBig);
  });

  it('slows down guessing of passwords', async () => {
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 15; attempt += 1) {
      const response = await fetch(`${product.url}/api/auth/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email: 'nobody@hospital.example', password: 'guess' }) });
      statuses.push(response.status);
      await response.arrayBuffer();
    }
    expect(statuses[0]).toBe(401);
    expect(statuses.at(-1)).toBe(429);
  });
});

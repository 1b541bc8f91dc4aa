import { beforeAll, expect, it } from '@jest/globals';
import { auth, decideAccess, kb, rag, type UserActor } from '@voiceassist/contracts';
import { Person } from '../house/person.js';
import { account, codeOf, pathOf, publicOperations, type Scene, someId } from './scene.js';

type Ids = Record<string, string>;

/** Something of somebody else for every kind of id that an address can name. */
async function foreignIds({ boss, other, providers }: Scene): Promise<Ids> {
  const { collectionId } = await boss.client.request(kb.createCollection, { name: 'closed shelf', grants: { roles: [], userIds: [] } });
  const { documentId } = await boss.upload(new File(['The closed shelf holds the quillfish protocol.'], 'closed.txt', { type: 'text/plain' }), { collectionId });
  await boss.ingested(documentId);
  const { conversationId } = await other.client.request(rag.createConversation, { title: 'private to otto' });
  let messageId = someId;
  for await (const part of other.client.stream(rag.streamAnswer, { clientMessageId: 'asvs-access-1', content: 'How should hands be cleaned?', conversationId })) if (part.type === 'message_start') messageId = part.messageId;
  const { sessions } = await other.client.request(auth.listSessions, {});
  const { apiKey } = await boss.client.request(auth.createApiKey, { name: 'of the boss', permissions: ['documents.read'] });
  const { factors } = await boss.client.request(auth.listFactors, {});
  await providers.tell({ people: { boss: { claims: {} } } });
  const { identityId } = await providers.link(boss.client, 'boss');
  return { collectionId, identityId, documentId, conversationId, messageId, sessionId: sessions[0]?.sessionId ?? someId, keyId: apiKey.keyId, factorId: factors[0]?.factorId ?? someId, userId: other.tokens.user.userId, page: '1', emergencyId: someId, linkId: someId, groupId: someId };
}

const viewerActor: UserActor = { type: 'user', userId: someId, sessionId: someId, roles: ['viewer'] };
const parametersOf = (path: string) => [...path.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '');
const withIds = publicOperations.filter(({ route }) => parametersOf(route.path).length > 0);
/** A body with which an operation would do something, so that a refusal is one of access and not of form. */
const bodies: Record<string, unknown> = { renameConversation: { title: 'taken over' }, changeRoles: { roles: ['admin'] }, changeGrants: { grants: { roles: ['viewer'], userIds: [] } }, reviewEmergency: { verdict: 'justified' } };

export function accessAttacks(scene: () => Scene): void {
  let ids: Ids = {};
  beforeAll(async () => {
    ids = await foreignIds(scene());
  }, 120_000);

  it('v5.0.0-8.2.2 no route with an id gives or changes anything of somebody else, and none tells that it exists', async () => {
    const opened: string[] = [];
    for (const { operation, contract, route } of withIds) {
      // a kind of id that the role may use at all needs an entry above, or nothing foreign would be tried
      if (decideAccess(contract, viewerActor) !== 'forbidden') expect([contract.subject, parametersOf(route.path).filter((name) => !(name in ids))]).toEqual([contract.subject, []]);
      const ask = (these: Ids) => (route.method === 'GET' || route.method === 'DELETE' ? scene().ask(pathOf(route, these), { method: route.method, as: scene().viewer }) : scene().send(route.method, pathOf(route, these), bodies[operation] ?? {}, { as: scene().viewer }));
      const [foreign, unknown] = [await ask(ids), await ask({ page: '1' })];
      if (foreign.status < 400) opened.push(`${contract.subject}: ${foreign.status}`);
      if (foreign.status !== unknown.status || codeOf(foreign) !== codeOf(unknown)) opened.push(`${contract.subject}: foreign ${foreign.status}, unknown ${unknown.status}`);
    }
    expect(opened).toEqual([]);
    expect(withIds.length).toBeGreaterThan(20);
  });

  it('v5.0.0-8.2.2 ids of somebody else inside a body open nothing either', async () => {
    const { viewer } = scene();
    const { documentId = '', collectionId = '', conversationId = '' } = ids;
    await expect(viewer.client.request(kb.searchPassages, { query: 'quillfish protocol', collectionIds: [collectionId] })).rejects.toMatchObject({ code: 'COLLECTION_NOT_FOUND' });
    const { passages } = await viewer.client.request(kb.searchPassages, { query: 'quillfish protocol' });
    expect(passages.filter((passage) => passage.documentId === documentId)).toEqual([]);
    const ask = async (more: object) => {
      for await (const part of viewer.client.stream(rag.streamAnswer, { clientMessageId: 'asvs-access-2', content: 'What is the quillfish protocol?', ...more })) if (part.type === 'citation') throw new Error('cited');
    };
    await expect(ask({ conversationId })).rejects.toMatchObject({ code: 'CONVERSATION_NOT_FOUND' });
    await expect(ask({ collectionIds: [collectionId] })).rejects.toMatchObject({ code: 'COLLECTION_NOT_FOUND' });
    const { items } = await viewer.client.request(kb.listDocuments, { collectionId }).catch(() => ({ items: [] }));
    expect(items).toEqual([]);
    const collections = await viewer.client.request(kb.listCollections, {});
    expect(collections.items.some((each) => each.collectionId === collectionId)).toBe(false);
  });

  it('v5.0.0-8.2.1 v5.0.0-8.3.1 every route is closed to nobody and to roles without its permission', async () => {
    const opened: string[] = [];
    for (const { contract, route } of publicOperations) {
      if (contract.access === 'public') continue;
      const stranger = await scene().knock(route);
      if (stranger.status !== 401) opened.push(`${contract.subject} as nobody: ${stranger.status}`);
      if (decideAccess(contract, viewerActor) === 'allowed') continue;
      const wrong = await scene().knock(route, { as: scene().viewer });
      if (wrong.status !== 403) opened.push(`${contract.subject} as viewer: ${wrong.status}`);
    }
    expect(opened).toEqual([]);
  });

  it('v5.0.0-8.2.3 v5.0.0-15.3.1 answers about people hold no secret of theirs', async () => {
    const texts = [await scene().ask('/api/users', { as: scene().boss }), await scene().ask('/api/auth/me', { as: scene().boss }), await scene().ask('/api/auth/api-keys', { as: scene().boss }), await scene().ask('/api/auth/mfa/factors', { as: scene().boss }), await scene().ask('/api/auth/sessions', { as: scene().boss })].map(({ text }) => text).join('\n');
    expect(texts).not.toMatch(/password|argon2|hash|secret|refresh|"key"|recoveryCodes"/i);
  });

  it('v5.0.0-7.5.3 every operation that gives roles asks for a fresh factor', () => {
    const giving = publicOperations.filter(({ contract }) => contract.access !== 'public' && 'shape' in contract.input && 'roles' in (contract.input.shape as object));
    expect(giving.length).toBeGreaterThan(2);
    expect(giving.filter(({ contract }) => !contract.stepUp).map(({ contract }) => contract.subject)).toEqual([]);
  });

  it('v5.0.0-7.5.1 factors and API keys are changed only after a factor was shown in this session', async () => {
    const { boss } = scene();
    const routes = [auth.createApiKey, auth.createServiceAccount, auth.renewRecoveryCodes];
    const clinician = await boss.colleague('clinician', 'clara');
    const again = await Person.signIn(scene().product, account('clara'));
    expect(again.tokens.user.roles).toEqual(['clinician']);
    expect(clinician.tokens.mustEnrol).toBeUndefined();
    const viewer = await scene().send('POST', auth.renewRecoveryCodes.http.path, {}, { as: scene().viewer });
    expect([viewer.status, codeOf(viewer)]).toEqual([403, 'STEP_UP_REQUIRED']);
    expect(routes.every((contract) => contract.stepUp)).toBe(true);
  });
}

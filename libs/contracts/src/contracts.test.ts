import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { auditActionOf, auditKindOf, catalogue, decideAccess, isWithin, Permission, purposeOf, reachOf, readServerSentEvents, notAudited, request, service, type Access, type Actor, type Role, type UserActor } from './index.js';
import { z } from 'zod';

const routes = catalogue.flatMap(({ contract }) => ('http' in contract && contract.http ? [{ contract, route: contract.http }] : []));
const person = (...roles: Role[]): UserActor => ({ type: 'user', userId: crypto.randomUUID(), sessionId: crypto.randomUUID(), roles });

describe('the catalogue', () => {
  it('uses every subject and every route once', () => {
    const subjects = catalogue.map(({ contract }) => contract.subject);
    expect(new Set(subjects).size).toBe(subjects.length);
    const shapes = routes.map(({ route }) => `${route.method} ${route.path.replace(/:\w+/g, ':')}`);
    expect(new Set(shapes).size).toBe(shapes.length);
  });

  it('audits every public operation that changes state', () => {
    // what only gives advice about a text changes nothing
    const silent = routes.filter(({ contract, route }) => route.method !== 'GET' && route.limit !== 'checks' && 'access' in contract && !auditActionOf(contract));
    expect(silent.map(({ contract }) => contract.subject)).toEqual([]);
  });

  it('exempts from the audit with a reason only, and knows the kind of every action', () => {
    expect(() => notAudited('  because  ')).toThrow(/reason/);
    const kinds = ['kb.create-collection', 'kb.read-page', 'users.change-roles', 'kb.delete-document', 'kb.search', 'auth.login', 'admin.export-audit'].map(auditKindOf);
    expect(kinds).toEqual(['C', 'R', 'U', 'D', 'E', 'E', 'R']);
  });

  it('never opens an operation for services only to the outside', () => {
    expect(routes.filter(({ contract }) => 'access' in contract && contract.access === 'service')).toEqual([]);
  });

  it('refuses malformed and repeated subjects when it loads', () => {
    const operation = (subject: string) => request({ subject, input: z.object({}), output: z.object({}), access: 'documents.upload', audit: 'x.y' });
    expect(() => service('admin', { a: operation('va.v1.admin.rpc.Things.read') })).toThrow(/malformed/);
    expect(() => service('admin', { a: operation('va.v1.admin.rpc.x.y'), b: operation('va.v1.admin.rpc.x.y') })).toThrow(/twice/);
  });
});

describe('access', () => {
  const table: [Access, Actor, string][] = [
    ['public', { type: 'anonymous' }, 'allowed'],
    ['session', { type: 'anonymous' }, 'unauthenticated'],
    ['session', person(), 'allowed'],
    ['session', { ...person('admin'), restricted: true }, 'allowed'],
    ['session', { ...person('viewer'), mustChangePassword: true }, 'password-required'],
    ['passages.search', { ...person('viewer'), mustChangePassword: true }, 'password-required'],
    ['passages.search', { type: 'anonymous' }, 'unauthenticated'],
    ['passages.search', person('viewer'), 'allowed'],
    ['passages.search', person(), 'forbidden'],
    ['passages.search', { ...person('clinician'), restricted: true }, 'factor-required'],
    ['passages.search', { ...person(), permissions: ['passages.search'] }, 'allowed'],
    ['documents.upload', { ...person(), permissions: ['passages.search'] }, 'forbidden'],
    ['documents.upload', person('clinician', 'viewer'), 'forbidden'],
    ['documents.upload', person('admin'), 'allowed'],
    ['documents.open-original', person('researcher'), 'forbidden'],
    ['audit.read', person('privacy_officer'), 'allowed'],
    ['service', person('admin'), 'forbidden'],
    ['service', { type: 'anonymous' }, 'forbidden'],
    ['service', { type: 'service', service: 'auth' }, 'allowed'],
  ];
  it.each(table)('%s for %j is %s', (access, actor, decision) => expect(decideAccess({ access }, actor)).toBe(decision));

  it('demands a factor of the last five minutes where the contract says so', () => {
    const rule = { access: 'people.change-roles', stepUp: true } as const;
    const at = (factorAt?: number) => decideAccess(rule, { ...person('admin'), factorAt }, 1_000_000);
    expect([at(), at(699), at(700), at(1_000)]).toEqual(['step-up-required', 'step-up-required', 'allowed', 'allowed']);
    expect(decideAccess(rule, person('viewer'), 1_000_000)).toBe('forbidden');
  });

  it('limits an API key to its scope, and takes it for no session', () => {
    const key: UserActor = { ...person('clinician'), scope: ['passages.search', 'documents.upload'] };
    const decide = (access: Access) => decideAccess({ access }, key);
    expect([decide('passages.search'), decide('answers.ask'), decide('documents.upload'), decide('session')]).toEqual(['allowed', 'forbidden', 'forbidden', 'forbidden']);
    expect(decideAccess({ access: 'passages.search', stepUp: true }, key)).toBe('step-up-required');
    expect(reachOf('passages.search', key)).toBe('granted');
  });

  it('gives with several roles the widest reach, and with custom roles the narrowest of the house', () => {
    expect(reachOf('passages.search', { roles: ['researcher', 'viewer'] })).toBe('granted');
    expect(reachOf('passages.search', { roles: ['admin', 'viewer'] })).toBe('any');
    expect(reachOf('passages.search', { roles: [], permissions: ['passages.search'] })).toBe('de-identified');
    expect(reachOf('people.read', { roles: ['viewer'], permissions: ['passages.search'] })).toBeUndefined();
  });

  it('holds permissions to the purposes for which they count, composed roles included', () => {
    const composed = { permissions: ['documents.open-original' as const] };
    expect(reachOf('documents.open-original', { roles: ['researcher'], ...composed })).toBeUndefined();
    expect(reachOf('documents.open-original', { roles: ['researcher', 'viewer'], ...composed })).toBe('granted');
    expect(reachOf('documents.open-original', { roles: ['privacy_officer'], ...composed })).toBe('granted');
    expect(reachOf('documents.read', { roles: ['researcher'] })).toBe('de-identified');
  });

  it('knows what somebody acts for', () => {
    const emergency = { emergencyId: crypto.randomUUID(), collectionId: crypto.randomUUID(), until: 1_000 };
    expect([person('researcher'), person('researcher', 'nurse'), person('admin'), person('viewer'), person()].map((actor) => purposeOf(actor, 0))).toEqual(['HRESCH', 'TREAT', 'HSYSADMIN', 'HOPERAT', undefined]);
    expect([999_999, 1_000_000].map((now) => purposeOf({ ...person('nurse'), emergency }, now))).toEqual(['ETREAT', 'TREAT']);
  });
});

describe('giving access', () => {
  const names = fc.subarray([...Permission.options]);
  const roles = fc.subarray(['privacy_officer', 'clinician', 'nurse', 'researcher', 'viewer', 'service'] as Role[]);
  const holder = fc.record({ roles, permissions: names });

  it('stays within what the giver holds, as far as the giver holds it', () => {
    const registrar = { roles: ['viewer'] as Role[], permissions: ['people.create', 'people.change'] as Permission[] };
    expect([{ roles: ['viewer'] as Role[] }, { permissions: ['people.create'] as Permission[] }, {}].map((access) => isWithin(access, registrar))).toEqual([true, true, true]);
    for (const role of ['admin', 'privacy_officer', 'clinician', 'nurse', 'service'] as const) expect(isWithin({ roles: [role] }, registrar)).toBe(false);
    expect(isWithin({ permissions: ['audit.read'] }, registrar)).toBe(false);
    // a viewer finds passages as they are, the composed role masked ones only
    expect(isWithin({ roles: ['viewer'] }, { roles: [], permissions: [...Permission.options] })).toBe(false);
    expect(isWithin({ roles: ['admin'] }, { roles: ['admin'] })).toBe(true);
    expect(isWithin({ roles: ['privacy_officer', 'service'] }, { roles: ['admin'] })).toBe(true);
  });

  it('never gives anybody more than the giver could do', () => {
    fc.assert(fc.property(holder, holder, (given, own) => {
      const order = ['own', 'de-identified', 'granted', 'any'];
      const width = (who: typeof given, permission: Permission) => order.indexOf(reachOf(permission, who) ?? 'nothing');
      const more = Permission.options.some((permission) => width(given, permission) > width(own, permission));
      expect(isWithin(given, own)).toBe(!more);
      expect(isWithin(own, own)).toBe(true);
      expect(isWithin({ roles: ['admin'] }, own)).toBe(false);
    }));
  });
});

describe('server-sent events', () => {
  const chunked = (bytes: Uint8Array, cuts: number[]) =>
    new ReadableStream<Uint8Array>({
      start(controller) {
        const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1))), bytes.length].sort((a, b) => a - b);
        ends.reduce((start, end) => (controller.enqueue(bytes.slice(start, end)), end), 0);
        controller.close();
      },
    });

  it('keep the line separators of Unicode, which end no line here', async () => {
    const read: string[] = [];
    const wire = 'data: "one\u2028two\u2029three\u0085four"\n\n';
    for await (const { data } of readServerSentEvents(chunked(new TextEncoder().encode(wire), []))) read.push(JSON.parse(data) as string);
    expect(read).toEqual(['one\u2028two\u2029three\u0085four']);
  });

  it('come out the same however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 5 }), fc.array(fc.nat(), { maxLength: 20 }), async (texts, cuts) => {
        const wire = texts.map((text) => `: heartbeat\n\nevent: item\ndata: ${JSON.stringify(text)}\n\n`).join('');
        const read: unknown[] = [];
        for await (const { event, data } of readServerSentEvents(chunked(new TextEncoder().encode(wire), cuts))) read.push([event, JSON.parse(data)]);
        expect(read).toEqual(texts.map((text) => ['item', text]));
      }),
    );
  });
});

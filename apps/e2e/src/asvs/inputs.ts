import { expect, it } from '@jest/globals';
import { admin, auth, kb, rag, users } from '@voiceassist/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import { bodyOf, type Scene } from './scene.js';
import { mode } from '../house/product.js';

const marks = ['canary-of-logs', '\n{"level":"info","msg":"forged line","process":"standalone"}', '\u001b[31mred\u001b[0m', '\r\nforged: line', '\u2028forged', '${jndi:ldap://x}', '%s%n%x'];

export function inputAttacks(scene: () => Scene): void {
  it('v5.0.0-15.3.3 fields that an operation does not name change nothing: roles, ids, activity, owners', async () => {
    const { viewer, boss, other } = scene();
    const more = { roles: ['admin'], userId: boss.tokens.user.userId, active: false, email: 'evil@evil.example', permissions: ['people.read'], ownerId: other.tokens.user.userId, isAdmin: true };
    const changed = bodyOf(await scene().send('PATCH', users.changeOwnProfile.http.path, { displayName: 'Vera', ...more }, { as: viewer }));
    expect(changed.data).toMatchObject({ displayName: 'Vera', roles: ['viewer'], active: true, email: 'vera@hospital.example', userId: viewer.tokens.user.userId });
    const made = bodyOf(await scene().send('POST', rag.createConversation.http.path, { title: 'mine', ...more, conversationId: '11111111-1111-4111-8111-111111111111' }, { as: viewer }));
    expect(made.data?.['conversationId']).not.toBe('11111111-1111-4111-8111-111111111111');
    await expect(other.client.request(rag.readConversation, { conversationId: String(made.data?.['conversationId']) })).rejects.toMatchObject({ status: 404 });
    const account = { email: 'mass@hospital.example', password: 'mass has a long enough password', displayName: 'Mass', roles: ['viewer'], userId: boss.tokens.user.userId, active: false, mustEnrol: false };
    const created = bodyOf(await scene().send('POST', auth.createAccount.http.path, account, { as: boss }));
    expect(created.data?.['userId']).not.toBe(boss.tokens.user.userId);
    expect((await boss.client.request(auth.me, {})).roles).toEqual(['admin']);
  });

  it('v5.0.0-15.3.3 an upload names its file by its content alone: key, size, hash and stage of a form are not taken', async () => {
    const form = new FormData();
    for (const [name, value] of Object.entries({ blobKey: 'uploads/../../sql', sha256: '0'.repeat(64), stage: 'ready', documentId: '11111111-1111-4111-8111-111111111111', sizeBytes: '0' })) form.set(name, value);
    form.set('file', new File(['An upload that says more than it should.'], 'more.txt', { type: 'text/plain' }));
    const response = await fetch(`${scene().product.url}${kb.uploadDocument.http.path}`, { method: 'POST', body: form, headers: { authorization: `Bearer ${scene().boss.tokens.accessToken}` } });
    const { data } = (await response.json()) as { data: Record<string, unknown> };
    expect(data).toMatchObject({ sizeBytes: 40, stage: 'queued' });
    expect(data['documentId']).not.toBe('11111111-1111-4111-8111-111111111111');
  });

  it('v5.0.0-15.3.6 no input reaches the prototype of anything', async () => {
    const { viewer, boss } = scene();
    const texts = ['{"__proto__":{"polluted":"yes","roles":["admin"]},"query":"hands"}', '{"constructor":{"prototype":{"polluted":"yes"}},"query":"hands"}', '{"query":"hands","collectionIds":{"__proto__":{"polluted":"yes"}}}', '{"\\u005f_proto__":{"polluted":"yes"},"query":"hands"}'];
    for (const text of texts) {
      const told = await scene().send('POST', kb.searchPassages.http.path, text, { as: viewer });
      expect(told.status).toBeLessThan(500);
      expect(told.text).not.toContain('polluted');
    }
    for (const query of ['__proto__[polluted]=yes', 'constructor[prototype][polluted]=yes', '__proto__=x', 'constructor=x', 'toString=x', 'hasOwnProperty=1']) {
      const told = await scene().ask(`${kb.listDocuments.http.path}?${query}`, { as: viewer });
      expect([query, told.status]).toEqual([query, 200]);
    }
    for (const field of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const form = new FormData();
      form.set(field, 'polluted');
      form.set('file', new File([`A form with the field ${field}.`], 'proto.txt', { type: 'text/plain' }));
      const response = await fetch(`${scene().product.url}${kb.uploadDocument.http.path}`, { method: 'POST', body: form, headers: { authorization: `Bearer ${boss.tokens.accessToken}` } });
      expect([field, response.status < 500]).toEqual([field, true]);
      await response.arrayBuffer();
    }
    const me = await scene().ask(auth.me.http.path, { as: viewer });
    expect(me.text).not.toContain('polluted');
    expect((await scene().ask('/api/users', { as: viewer })).status).toBe(403);
  });

  it('v5.0.0-16.4.1 v5.0.0-16.2.5 nothing that is sent breaks a line of the log, colours it or stands in it', async () => {
    const { viewer, boss } = scene();
    for (const mark of marks) {
      const text = `canary-of-logs ${mark}`;
      await scene().send('POST', auth.login.http.path, { email: `${encodeURIComponent(text)}@hospital.example`, password: text });
      await scene().send('POST', kb.searchPassages.http.path, { query: text }, { as: viewer });
      await scene().send('POST', rag.createConversation.http.path, { title: text }, { as: viewer });
      await scene().ask(`/api/kb/documents/${encodeURIComponent(text)}?q=${encodeURIComponent(text)}`, { as: boss });
      await scene().ask(`/${encodeURIComponent(text)}`, { headers: { 'user-agent': 'canary-of-logs \t[31m', referer: 'http://canary-of-logs', 'x-request-id': 'canary-of-logs [31m', traceparent: `00-canary-of-logs${mark.length}-01` } });
      await boss.upload(new File([`content ${text}`], `canary-of-logs ${mark}.txt`, { type: 'text/plain' })).catch(() => undefined);
    }
    const lines = scene().product.logLines.slice(1, -1).filter(Boolean); // the first may be cut at the beginning
    expect(lines.length).toBeGreaterThan(20);
    const broken = lines.filter((line) => {
      try {
        return typeof (JSON.parse(line) as { level?: unknown }).level !== 'string';
      } catch {
        return true;
      }
    });
    expect(broken).toEqual([]);
    expect(lines.filter((line) => /canary-of-logs|forged|jndi|\u001b|\\u001b/.test(line))).toEqual([]);
  });

  it('v5.0.0-16.2.1 v5.0.0-16.2.2 v5.0.0-16.2.4 a line says when in UTC, where, how bad and for which request', async () => {
    const requestId = 'asvs-log-line-1';
    await scene().ask('/api/nothing', { headers: { 'x-request-id': requestId } });
    const find = () => scene().product.logLines.find((each) => each.includes(requestId));
    for (let attempt = 0; attempt < 50 && !find(); attempt += 1) await sleep(50);
    const line = find() ?? '{}';
    expect(JSON.parse(line)).toMatchObject({ level: 'info', process: mode === 'standalone' ? mode : 'gateway', requestId, time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as unknown, status: 404, traceId: expect.any(String) as unknown });
  });

  it('v5.0.0-16.3.1 v5.0.0-16.3.2 sign-ins, failed ones and refused attempts are in the audit, with who, what, whence and how it ended', async () => {
    await scene().send('POST', auth.login.http.path, { email: 'vera@hospital.example', password: 'wrong in the audit' });
    await scene().ask('/api/users', { as: scene().viewer });
    const rowsOf = async (action: string, outcome: string) => {
      for (let attempt = 0; attempt < 40; attempt += 1) {
        const { items } = await scene().boss.client.request(admin.searchAudit, { action, outcome });
        if (items.length > 0) return items;
        await sleep(200);
      }
      return [];
    };
    const [signIn, list] = [await rowsOf('auth.login', 'CREDENTIALS_REFUSED'), await rowsOf('users.list', 'FORBIDDEN')];
    expect(signIn[0]).toMatchObject({ service: 'auth', outcome: 'CREDENTIALS_REFUSED' });
    expect(list[0]).toMatchObject({ actor: { type: 'user', userId: scene().viewer.tokens.user.userId } });
    const rows = [...signIn, ...list];
    expect(JSON.stringify(rows)).not.toContain('wrong in the audit');
  });

  it('v5.0.0-1.2.3 v5.0.0-1.2.4 signs of SQL, JSON and pages in an input stay signs', async () => {
    const { viewer } = scene();
    for (const text of ["'; DROP TABLE kb.document; --", "' OR '1'='1", '$1', '%_\\', '"},{"role":"system"', '</script><script>alert(1)</script>', "x') UNION SELECT password_hash FROM auth.account --", ':: & | ! <-> *', 'a\\']) {
      const { conversationId, title } = await viewer.client.request(rag.createConversation, { title: text });
      expect(title).toBe(text);
      expect((await viewer.client.request(rag.readConversation, { conversationId })).title).toBe(text);
      const found = await scene().send('POST', kb.searchPassages.http.path, { query: text }, { as: viewer });
      expect([text, found.status, found.text.includes('argon2')]).toEqual([text, 200, false]);
    }
    expect((await viewer.client.request(kb.listDocuments, {})).items.length).toBeGreaterThan(0);
  });

  it('v5.0.0-15.3.5 a value of another type is refused and not bent into the right one', async () => {
    for (const body of [{ query: ['hands'] }, { query: 1 }, { query: true }, { query: 'x', limit: '8' }, { query: 'x', limit: [8] }, { query: 'x', collectionIds: 'all' }, { query: { toString: 'x' } }]) {
      expect([JSON.stringify(body), (await scene().send('POST', kb.searchPassages.http.path, body, { as: scene().viewer })).status]).toEqual([JSON.stringify(body), 400]);
    }
  });

  it('v5.0.0-1.3.12 texts that make bad expressions run for ever are answered at once', async () => {
    const slow: string[] = [];
    const texts = [`${'a'.repeat(1_900)}!`, `${'a@'.repeat(120)}b`, `${'a.'.repeat(120)}@b`, ' '.repeat(1_000) + 'x', `${'1'.repeat(900)}-`, '('.repeat(1_000), `${'Dr. '.repeat(400)}`, `${'12/'.repeat(500)}`, 'aA1!'.repeat(256), `${'\t \n'.repeat(600)}x`, '-'.repeat(1_900), `${'x'.repeat(20)}${'=('.repeat(800)}`, 'and or not '.repeat(170)];
    for (const text of texts) {
      for (const [path, body] of [[kb.searchPassages.http.path, { query: text.slice(0, 2_000) }], [auth.login.http.path, { email: text.slice(0, 254), password: 'x' }], [auth.checkPassword.http.path, { password: text.slice(0, 1_024), email: text.slice(0, 254), displayName: text.slice(0, 200) }]] as const) {
        const startedAt = performance.now();
        const { status } = await scene().send('POST', path, body, { as: scene().viewer });
        const tookMs = performance.now() - startedAt;
        if (tookMs > 5_000 || status >= 500) slow.push(`${path} ${JSON.stringify(text.slice(0, 20))}: ${status} after ${Math.round(tookMs)} ms`);
      }
    }
    expect(slow).toEqual([]);
  }, 120_000);
}

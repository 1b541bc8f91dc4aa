import { expect, it } from '@jest/globals';
import { auth, kb, rag, users } from '@voiceassist/contracts';
import { bodyOf, codeOf, type Scene, statusesOf } from './scene.js';

const login = auth.login.http.path;
const search = kb.searchPassages.http.path;

/** A request whose body would be a second request for a server that reads the other length. */
const hidden = 'GET /api/auth/jwks HTTP/1.1\r\nHost: x\r\n\r\n';
const head = (host: string, ...headers: string[]) => [`POST ${login} HTTP/1.1`, `Host: ${host}`, 'Content-Type: application/json', ...headers, '', ''].join('\r\n');

export function messageAttacks(scene: () => Scene): void {
  it('v5.0.0-4.2.1 no request can hide another one behind contradictory lengths', async () => {
    const { host } = scene();
    const smuggled: Record<string, string> = {
      'length and chunks': head(host, `Content-Length: ${hidden.length + 5}`, 'Transfer-Encoding: chunked') + `0\r\n\r\n${hidden}`,
      'chunks and length': head(host, 'Transfer-Encoding: chunked', 'Content-Length: 4') + `0\r\n\r\n${hidden}`,
      'two lengths': head(host, 'Content-Length: 2', `Content-Length: ${hidden.length + 2}`) + `{}${hidden}`,
      'a list of lengths': head(host, `Content-Length: 2, ${hidden.length + 2}`) + `{}${hidden}`,
      'a signed length': head(host, 'Content-Length: +2') + `{}${hidden}`,
      'a length in hexadecimal': head(host, 'Content-Length: 0x2') + `{}${hidden}`,
      'a folded header': head(host, 'Transfer-Encoding:', ' chunked', 'Content-Length: 2') + `{}${hidden}`,
      'a blank before the colon': head(host, 'Transfer-Encoding : chunked', 'Content-Length: 2') + `{}${hidden}`,
      'an unknown coding': head(host, 'Transfer-Encoding: xchunked') + `0\r\n\r\n${hidden}`,
      'chunked twice': head(host, 'Transfer-Encoding: chunked', 'Transfer-Encoding: identity') + `0\r\n\r\n${hidden}`,
      'a bare line feed': head(host, 'Content-Length: 2').replaceAll('\r\n', '\n') + `{}`,
      'a chunk size that overflows': head(host, 'Transfer-Encoding: chunked') + `fffffffffffffffff\r\n${hidden}`,
      'a NUL in a header': head(host, 'X-A: a\0b', 'Content-Length: 2') + '{}',
    };
    const answered: string[] = [];
    for (const [name, bytes] of Object.entries(smuggled)) {
      const wire = await scene().raw(bytes);
      const statuses = statusesOf(wire);
      if (statuses.length > 1 || wire.includes('"keys"') || statuses.some((status) => status < 400)) answered.push(`${name}: ${statuses.join(' ')}`);
    }
    expect(answered).toEqual([]);
  }, 30_000);

  it('v5.0.0-4.2.1 the server stands and answers after all of that, in the envelope', async () => {
    expect(codeOf(await scene().send('POST', login, {}))).toBe('INVALID_INPUT');
    const malformed = await scene().raw('NONSENSE\r\n\r\n');
    expect(malformed).toMatch(/^HTTP\/1\.1 400/);
    expect(malformed).toMatch(/x-content-type-options: nosniff/i);
    expect(malformed).toMatch(/"success":false/);
    const large = await scene().raw(`GET / HTTP/1.1\r\nHost: ${scene().host}\r\nX-Large: ${'a'.repeat(70_000)}\r\n\r\n`);
    expect(large).toMatch(/^HTTP\/1\.1 431/);
    expect(large).toMatch(/"success":false/);
  });

  it('v5.0.0-4.1.4 methods that a route does not know are refused, whatever header asks for another', async () => {
    const { viewer } = scene();
    for (const method of ['TRACE', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'PROPFIND', 'QUERY']) {
      const told = await scene().ask(login, { method, as: viewer });
      expect([method, told.status >= 400 && told.status < 500]).toEqual([method, true]);
    }
    const overridden = await scene().ask(users.readOwnProfile.http.path, { as: viewer, headers: { 'x-http-method-override': 'PATCH', 'x-method-override': 'DELETE' } });
    expect(overridden.status).toBe(200);
    expect((await scene().raw(`CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n`))).not.toMatch(/^HTTP\/1\.1 2/);
  });

  it('v5.0.0-13.4.4 TRACE does not send back what it got', async () => {
    for (const path of ['/', '/api/auth/me', '/health']) {
      const told = await scene().ask(path, { method: 'TRACE', headers: { 'x-secret': 'canary-of-trace' } });
      expect([path, told.status >= 400, told.text.includes('canary-of-trace')]).toEqual([path, true, false]);
    }
  });

  it('v5.0.0-3.5.3 nothing is changed by a method that is called safe', async () => {
    const mine = await scene().viewer.client.request(rag.createConversation, { title: 'kept' });
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      await scene().ask(`${rag.deleteConversation.http.path.replace(':conversationId', mine.conversationId)}?_method=DELETE`, { method, as: scene().viewer });
      await scene().ask(auth.logout.http.path, { method, as: scene().viewer });
    }
    expect((await scene().viewer.client.request(rag.readConversation, { conversationId: mine.conversationId })).title).toBe('kept');
  });

  it('v5.0.0-3.5.2 bodies that a foreign page may send without asking are not read', async () => {
    const body = JSON.stringify({ email: 'a@b.example', password: 'x' });
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain;application/json', 'application/jsonp', 'application/xml', 'text/json', 'image/png, application/json']) {
      const told = await scene().ask(login, { method: 'POST', headers: { 'content-type': type }, body });
      expect([type, told.status === 415 || told.status === 400]).toEqual([type, true]);
      expect(codeOf(told)).not.toBe('CREDENTIALS_REFUSED');
    }
    const untyped = await scene().ask(login, { method: 'POST', body });
    expect(codeOf(untyped)).not.toBe('CREDENTIALS_REFUSED');
  });

  it('v5.0.0-4.1.3 a client cannot play the proxy: address, host and scheme are those of the connection', async () => {
    const forged = { 'x-forwarded-for': '10.9.8.7', 'x-real-ip': '10.9.8.7', forwarded: 'for=10.9.8.7;host=evil.example;proto=https', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', 'x-original-url': '/api/admin/audit', 'x-rewrite-url': '/api/admin/audit' };
    for (const path of ['/', '/reference', '/openapi.json', '/api/auth/jwks']) {
      const told = await scene().ask(path, { headers: forged });
      expect(JSON.stringify(told.headers) + told.text.slice(0, 200_000)).not.toContain('evil.example');
    }
  });

  it('v5.0.0-4.1.3 a foreign host name is written into no address, and into no policy as anything but a host', async () => {
    for (const host of ['evil.example', 'evil.example; script-src *', "x' 'unsafe-inline", 'a b', '[::1', 'localhost:99999', '']) {
      const wire = await scene().raw(`GET /reference HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      expect(/^location: *(?:https?:)?\/\/evil/im.test(wire)).toBe(false);
      const page = await scene().raw(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      expect(/script-src \*|'unsafe-inline';? *worker/.test(page)).toBe(false);
    }
    const twice = await scene().raw(`GET / HTTP/1.1\r\nHost: ${scene().host}\r\nHost: evil.example\r\nConnection: close\r\n\r\n`);
    expect(statusesOf(twice)).toEqual([400]);
  }, 30_000);

  it('v5.0.0-1.2.1 line breaks in anything that is sent never become headers of the answer', async () => {
    const breaks = ['%0d%0aset-cookie:%20x=1', '%0aset-cookie:x=1', '%E5%98%8A%E5%98%8Dset-cookie:x=1', '%00'];
    for (const text of breaks) {
      for (const path of [`/${text}`, `/reference?${text}`, `/api/kb/documents/${text}`, `/api/kb/documents?page=${text}`, `//evil.example/${text}`]) {
        const { headers } = await scene().ask(path, { as: scene().boss });
        expect([path, headers['set-cookie']]).toEqual([path, undefined]);
      }
    }
    for (const id of ['a b c d e f g', 'x'.repeat(65), '<script>alert(1)', 'é'.repeat(10)]) {
      const { headers } = await scene().ask('/health', { headers: { 'x-request-id': Buffer.from(id).toString('latin1') } });
      expect(String(headers['x-request-id'])).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('v5.0.0-3.7.2 nobody is sent to a foreign address', async () => {
    for (const path of ['//evil.example', '//evil.example/..', '/\\evil.example', '/reference//evil.example', '/%2f%2fevil.example', '/?next=https://evil.example', '/login?redirect=//evil.example', '/assets//evil.example/%2e%2e']) {
      const { headers } = await scene().ask(path);
      expect([path, /^(?:https?:)?[/\\]{2}|^https?:/i.test(String(headers['location'] ?? ''))]).toEqual([path, false]);
    }
  });

  it('v5.0.0-15.3.7 a parameter that is sent twice, or in two places, is refused or counts once, where it belongs', async () => {
    const { boss, viewer } = scene();
    expect((await scene().ask('/api/kb/documents?page=1&page=2', { as: viewer })).status).toBe(400);
    expect((await scene().ask('/api/kb/documents?page[]=1', { as: viewer })).status).toBeLessThan(500);
    const { userId } = (await boss.client.request(auth.me, {}));
    const told = await scene().send('PUT', `/api/users/${userId}/roles?userId=${viewer.tokens.user.userId}`, { userId: viewer.tokens.user.userId, roles: ['viewer'] }, { as: boss });
    expect([409, 403]).toContain(told.status); // the path counts: the last administrator cannot be demoted
    expect((await viewer.client.request(auth.me, {})).roles).toEqual(['viewer']);
  });

  it('v5.0.0-1.5.2 malformed, huge, deep and strange JSON is refused as such', async () => {
    const deep = (open: string, close: string) => `{"query":"x","more":${open.repeat(200_000)}${close.repeat(200_000)}}`;
    const bodies: Record<string, string> = {
      empty: '', cut: '{"query":', list: '[]', text: '"x"', number: '1', nothing: 'null', 'two values': '{}{}', comment: '{/* */}', 'single quotes': "{'query':'x'}", NaN: '{"query":NaN}',
      'deep lists': deep('[', ']'), 'deep objects': `{"query":"x","more":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`, 'a huge number': '{"query":"x","limit":1e400}', 'a long text': JSON.stringify({ query: 'a'.repeat(900_000) }),
      'a lone surrogate': '{"query":"\\ud800","limit":0}', 'many keys': `{${Array.from({ length: 60_000 }, (_, index) => `"k${index}":1`).join(',')}}`,
    };
    const odd: string[] = [];
    for (const [name, body] of Object.entries(bodies)) {
      const { status } = await scene().send('POST', search, body, { as: scene().viewer });
      const fine = status >= 400 && status < 500;
      if (!fine) odd.push(`${name}: ${status}`);
    }
    expect(odd).toEqual([]);
    const latin = await scene().ask(login, { method: 'POST', headers: { 'content-type': 'application/json; charset=utf-16' }, body: Buffer.from('{"email":"a@b.example","password":"x"}', 'utf16le') });
    expect(latin.status).toBeLessThan(500);
    expect(latin.status).toBeGreaterThanOrEqual(400);
  }, 60_000);

  it('v5.0.0-2.2.1 every input is checked against its form before anything is done with it', async () => {
    const odd: unknown[] = [null, 1, true, [], {}, { $gt: '' }, ['a@b.example'], { toString: 'x' }, 'x'.repeat(2_000)];
    for (const value of odd) {
      for (const field of ['email', 'password']) {
        const told = await scene().send('POST', login, { email: 'a@b.example', password: 'x', [field]: value });
        expect([JSON.stringify(value).slice(0, 40), field, told.status]).toEqual([JSON.stringify(value).slice(0, 40), field, 400]);
      }
    }
    for (const id of ["1' OR '1'='1", '..%2f..%2fx', '%00', 'null', '{}', '*', '1;DROP TABLE x']) {
      const told = await scene().ask(`/api/kb/documents/${encodeURIComponent(id)}`, { as: scene().boss });
      expect([id, told.status === 400 || told.status === 404]).toEqual([id, true]);
    }
    expect(bodyOf(await scene().ask('/api/kb/documents?pageSize=1000000', { as: scene().boss })).error?.code).toBe('INVALID_INPUT');
  });
}

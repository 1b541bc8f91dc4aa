import { expect, it } from '@jest/globals';
import { auth, kb } from '@voiceassist/contracts';
import { fileOf } from '../house/documents.js';
import { publicOperations, type Scene, type Told } from './scene.js';

type Named = readonly [string, Told];

/** What would end the session or the account of whoever knocks. */
const endings = new Set<string>([auth.logout.subject, auth.logoutAll.subject, auth.changePassword.subject]);

async function answersOfRoutes(scene: Scene): Promise<Named[]> {
  const answers: Named[] = [];
  for (const { contract, route } of publicOperations) {
    answers.push([`${route.method} ${route.path} as nobody`, await scene.knock(route)]);
    if (endings.has(contract.subject)) continue;
    answers.push([`${route.method} ${route.path} as viewer`, await scene.knock(route, { as: scene.viewer })]);
    if (route.method === 'GET') answers.push([`GET ${route.path} as administrator`, await scene.knock(route, { as: scene.boss })]);
  }
  return answers;
}

async function answersOfErrors(scene: Scene): Promise<Named[]> {
  const login = auth.login.http.path;
  const answers: Record<string, Promise<Told>> = {
    'an unknown route': scene.ask('/api/nothing'),
    'a wrong method': scene.ask(login),
    'a malformed address': scene.ask('/api/kb/documents/%E0%A4%A'),
    'an address with a long parameter': scene.ask(`/api/kb/documents/${'a'.repeat(300)}`, { as: scene.boss }),
    'malformed JSON': scene.send('POST', login, '{"email":'),
    'a body that is too large': scene.send('POST', login, JSON.stringify({ email: 'a'.repeat(1_100_000) })),
    'a body of another type': scene.ask(login, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'email=a' }),
    'an upload of another type': scene.send('POST', kb.uploadDocument.http.path, '{}', { as: scene.boss }),
    'TRACE': scene.ask('/', { method: 'TRACE' }),
    'an OPTIONS': scene.ask(login, { method: 'OPTIONS' }),
    'a bad token': scene.ask('/api/auth/me', { headers: { authorization: 'Bearer bad' } }),
  };
  return Promise.all(Object.entries(answers).map(async ([name, told]) => [name, await told] as const));
}

async function answersOfFiles(scene: Scene): Promise<Named[]> {
  const page = await scene.ask('/');
  const assets = [...page.text.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path ?? '');
  const { documentId } = await scene.boss.upload(fileOf('headers.txt', 'The header rule: every answer carries them.', 'text/plain'));
  const file = kb.downloadDocument.http.path.replace(':documentId', documentId);
  const paths = ['/', '/a/view/of/the/page', '/missing.js', '/../../etc/passwd', '/.git/config', '/openapi.json', '/reference', '/reference/js/scalar.js', '/health', '/ready', '/metrics', ...assets, file];
  return Promise.all(paths.map(async (path) => [path, await scene.ask(path, { as: path === file ? scene.boss : undefined })] as const));
}

/** The directives of a policy by name. */
function policyOf({ headers }: Told): Record<string, string> {
  const text = String(headers['content-security-policy'] ?? '');
  return Object.fromEntries(text.split(';').map((each) => each.trim().split(/\s+(.*)/s, 2) as [string, string?]).map(([name, value]) => [name, value ?? '']));
}

const header = (name: string) => (told: Told) => String(told.headers[name] ?? '');
const isNone = (policy: Record<string, string>, directive: string, fallsBack: boolean) => (policy[directive] ?? (fallsBack ? policy['default-src'] : undefined)) === "'none'";

export function headersOfEveryAnswer(scene: () => Scene): void {
  let all: Named[] = [];
  const collect = async () => (all = all.length > 0 ? all : [...(await answersOfRoutes(scene())), ...(await answersOfErrors(scene())), ...(await answersOfFiles(scene()))]);
  const wrong = async (isRight: (told: Told) => boolean) => (await collect()).filter(([, told]) => !isRight(told)).map(([name, { status }]) => `${name}: ${status}`);

  it('v5.0.0-3.4.1 every answer, refusals and files included, demands HTTPS for a year and of subdomains', async () => {
    expect(await wrong((told) => /^max-age=(?:3[1-9]\d{6}|[4-9]\d{7}|\d{9,}); includeSubDomains/i.test(header('strict-transport-security')(told)))).toEqual([]);
    expect(all.length).toBeGreaterThan(120);
  });

  it('v5.0.0-3.4.3 every answer has a policy that runs only our own scripts, and no plug-in or base address', async () => {
    expect(await wrong((told) => {
      const policy = policyOf(told);
      const scripts = policy['script-src'] ?? policy['default-src'] ?? '*';
      return isNone(policy, 'object-src', true) && isNone(policy, 'base-uri', false) && !/\*|https?:|'unsafe-eval'/.test(scripts);
    })).toEqual([]);
  });

  it('v5.0.0-3.4.3 the page itself runs no inline script', async () => {
    const page = (await collect()).find(([name]) => name === '/')?.[1];
    expect(policyOf(page as Told)['script-src']).not.toContain('unsafe-inline');
  });

  it('v5.0.0-3.4.4 every answer forbids to guess its type', async () => {
    expect(await wrong((told) => header('x-content-type-options')(told) === 'nosniff')).toEqual([]);
  });

  it('v5.0.0-3.4.5 no answer lets its address travel on', async () => {
    expect(await wrong((told) => header('referrer-policy')(told) === 'no-referrer')).toEqual([]);
  });

  it('v5.0.0-3.4.6 no answer can be framed by anybody', async () => {
    expect(await wrong((told) => isNone(policyOf(told), 'frame-ancestors', false))).toEqual([]);
  });

  it('v5.0.0-3.4.2 no origin is allowed by default, whatever it is and whatever it asks', async () => {
    for (const origin of ['https://evil.example', 'null', `http://${scene().host}.evil.example`]) {
      for (const method of ['GET', 'OPTIONS', 'POST']) {
        const told = await scene().ask(auth.me.http.path, { method, headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' } });
        expect(Object.keys(told.headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
      }
    }
    expect(await wrong((told) => told.headers['access-control-allow-origin'] === undefined)).toEqual([]);
  });

  it('v5.0.0-4.1.1 every answer with a body says what it is, texts with their character set', async () => {
    expect(await wrong((told) => told.text === '' || /^(?:text\/[\w.+-]+|application\/(?:json|javascript|scim\+json)|image\/svg\+xml); ?(?:charset=utf-8|version=)|^(?:image|font)\/|^application\/(?:pdf|wasm|x-ndjson|fhir\+json)/i.test(header('content-type')(told)))).toEqual([]);
  });

  it('v5.0.0-14.3.2 answers with data, and all refusals, are kept by nobody', async () => {
    const data = (await collect()).filter(([name]) => /^[A-Z]+ \/api\//.test(name));
    expect(data.filter(([, told]) => !/no-store/.test(header('cache-control')(told))).map(([name, told]) => `${name}: ${told.status} ${header('cache-control')(told)}`)).toEqual([]);
  });

  it('v5.0.0-13.4.6 no answer names the software behind it', async () => {
    expect(await wrong(({ headers }) => headers['server'] === undefined && headers['x-powered-by'] === undefined)).toEqual([]);
  });

  it('v5.0.0-16.5.1 no refusal shows a stack, a path, a query or a library', async () => {
    const inner = /\bat .+\.(?:js|ts):\d+|node_modules|\/work\/|\/tmp\/|SELECT |FST_|ZodError|QueryFailed|ECONN|Fastify|Nest/;
    expect((await collect()).filter(([name, { status, text }]) => status >= 400 && !name.startsWith('/') && inner.test(text)).map(([name, { text }]) => `${name}: ${text.slice(0, 200)}`)).toEqual([]);
  });

  it('v5.0.0-16.5.3 whatever is sent, no route fails with an internal error', async () => {
    expect(await wrong(({ status }) => status !== 500)).toEqual([]);
  });

  it('v5.0.0-13.4.1 neither source control nor any hidden or outer file is served', async () => {
    for (const path of ['/.git/config', '/.env', '/%2e%2e/%2e%2e/package.json', '/..%2f..%2fpackage.json', '/assets/..%5c..%5cpackage.json', '/assets/../../../package.json', '//etc/passwd', '/pdfjs/..%00/']) {
      const { status, text } = await scene().ask(path);
      expect([path, status < 400 && !text.includes('<div id="root"') ? text.slice(0, 100) : 'nothing']).toEqual([path, 'nothing']);
      expect(text).not.toMatch(/"workspaces"|root:x:|\[core\]/);
    }
  });

  it('v5.0.0-13.4.3 no folder is listed', async () => {
    for (const path of ['/assets', '/assets/', '/pdfjs/']) expect((await scene().ask(path)).text).not.toMatch(/Index of|\.js"?<\/a>/);
  });

  it('v5.0.0-13.4.5 the numbers of the process are for its own machine, and not for what a proxy forwards', async () => {
    const forwarded: Record<string, string>[] = [{ 'x-forwarded-for': '127.0.0.1' }, { forwarded: 'for=127.0.0.1' }];
    for (const headers of forwarded) expect((await scene().ask('/metrics', { headers })).status).toBe(404);
  });

  it('v5.0.0-14.2.5 a file that does not exist is told as such and not answered with the page', async () => {
    for (const path of ['/api/auth/me/style.css', '/missing.css', '/assets/missing.js']) expect((await scene().ask(path)).status).toBeGreaterThanOrEqual(400);
  });
}

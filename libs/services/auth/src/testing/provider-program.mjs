// A strict identity provider outside the house (npm's oidc-provider), for tests: one process, as many issuers as asked for.
// `node provider-program.mjs 2` prints one line of JSON with their addresses. Under /test of each it is told what to do:
//   POST /test {people, redirectUris, tamper}   who can sign in, where to send them back, how the next ID tokens lie
//   POST /test/walk {url, login}                walks through a sign-in as a browser would; answers where it ends
//   POST /test/logout-token {claims, header, key}   a logout token
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, decodeJwt } from 'jose';
import { Provider } from 'oidc-provider';

const client = { id: 'voiceassist', secret: 'a secret between the two of them' };
const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout';

const { privateKey: strangersKey } = await generateKeyPair('RS256');

async function signerOf() {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const kid = 'one';
  return {
    jwk: { ...(await exportJWK(privateKey)), kid, use: 'sig', alg: 'RS256' },
    /** Signs claims as told: `alg` none, a shared secret, the public key as one, or a key of somebody else. */
    async sign(claims, { alg = 'RS256', key = 'own', typ } = {}) {
      if (alg === 'none') return new UnsecuredJWT(claims).encode();
      const header = { alg, kid, ...(typ && { typ }) };
      const secret = async () => new TextEncoder().encode(key === 'client-secret' ? client.secret : JSON.stringify(await exportJWK(publicKey)));
      return new SignJWT(claims).setProtectedHeader(header).sign(alg.startsWith('HS') ? await secret() : key === 'stranger' ? strangersKey : privateKey);
    },
  };
}

/** Everything in memory; the client is what the tests have said last. */
const adapterOf = (state) => class {
  static kept = new Map();
  constructor(name) { this.name = name; }
  key(id) { return `${state.port} ${this.name} ${id}`; }
  async find(id) {
    if (this.name !== 'Client') return this.constructor.kept.get(this.key(id));
    return id !== client.id ? undefined : {
      client_id: client.id, client_secret: client.secret, redirect_uris: state.redirectUris, response_types: ['code'], grant_types: ['authorization_code'],
      post_logout_redirect_uris: state.postLogoutUris, id_token_signed_response_alg: 'RS256', token_endpoint_auth_method: 'client_secret_basic',
    };
  }
  async findByUid(uid) { return [...this.constructor.kept.values()].find((each) => each.uid === uid); }
  async findByUserCode() { return undefined; }
  async upsert(id, payload) { this.constructor.kept.set(this.key(id), payload); }
  async consume(id) { Object.assign(this.constructor.kept.get(this.key(id)), { consumed: Math.floor(Date.now() / 1_000) }); }
  async destroy(id) { this.constructor.kept.delete(this.key(id)); }
  async revokeByGrantId(grantId) { for (const [key, each] of this.constructor.kept) if (each.grantId === grantId) this.constructor.kept.delete(key); }
};

const page = (uid) => `<!doctype html><html lang="en"><title>Hospital login</title><main><h1>Hospital login</h1><form method="post" action="/interaction/${uid}"><label>Name <input name="login" required></label><button>Continue</button></form></main></html>`;

function bodyOf(request) {
  return new Promise((resolve, reject) => {
    let text = '';
    request.on('data', (part) => (text += part)).on('end', () => resolve(text)).on('error', reject);
  });
}

/** Follows a sign-in from address to address with the cookies a browser would keep, until it leaves the provider. */
async function walk(issuer, { url, login }) {
  const cookies = new Map();
  let [address, init] = [url, {}];
  for (let step = 0; step < 12; step += 1) {
    const response = await fetch(address, { ...init, redirect: 'manual', headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '), ...init.headers } });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    if (location === null) {
      const [, action] = /action="([^"]+)"/.exec(await response.text()) ?? [];
      if (!action || login === undefined) return { status: response.status };
      [address, init] = [new URL(action, issuer).href, { method: 'POST', body: new URLSearchParams({ login }) }];
      continue;
    }
    [address, init] = [new URL(location, address).href, {}];
    if (!address.startsWith(issuer)) return { url: address };
  }
  return {};
}

async function startIssuer() {
  const state = { people: {}, redirectUris: ['http://localhost:8080/none'], postLogoutUris: [], tamper: {}, asked: [] };
  const signer = await signerOf();
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  state.port = server.address().port;
  const issuer = `http://127.0.0.1:${state.port}`;
  const provider = new Provider(issuer, {
    adapter: adapterOf(state),
    jwks: { keys: [signer.jwk] },
    cookies: { keys: ['a key for cookies'] },
    scopes: ['openid', 'profile', 'email'],
    claims: { openid: ['sub'], profile: ['name', 'groups'], email: ['email', 'email_verified'] },
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
    pkce: { required: () => true },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    findAccount: (_, id) => state.people[id] && { accountId: id, claims: () => ({ sub: id, ...state.people[id].claims }) },
    loadExistingGrant: async (context) => {
      const grant = new provider.Grant({ clientId: context.oidc.client.clientId, accountId: context.oidc.session.accountId });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
    ttl: { Session: 600, Interaction: 600, Grant: 600, AccessToken: 600, IdToken: 600, AuthorizationCode: 60 },
  });
  provider.use(async (context, next) => {
    if (context.path !== '/') state.asked.push(context.path);
    if (state.tamper.redirect === context.path) return void context.redirect(state.tamper.to);
    await next();
    if (context.oidc?.route === 'discovery' && state.tamper.discovery) context.body = { ...context.body, ...state.tamper.discovery };
    if (context.oidc?.route !== 'token' || !context.body?.id_token) return;
    const claims = decodeJwt(context.body.id_token);
    const lies = { ...claims, ...state.people[claims.sub]?.token, ...state.tamper.claims };
    for (const name of state.tamper.without ?? []) delete lies[name];
    context.body = { ...context.body, id_token: await signer.sign(lies, state.tamper.header) };
  });
  const answer = provider.callback();
  const json = (response, value) => response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
  const routes = {
    '/test': async (body) => (Object.assign(state, body), { ok: true }),
    '/test/asked': async () => state.asked.splice(0),
    '/test/walk': (body) => walk(issuer, body),
    '/test/logout-token': async ({ claims, header }) => {
      const now = Math.floor(Date.now() / 1_000);
      const all = { iss: issuer, aud: client.id, iat: now, exp: now + 120, jti: crypto.randomUUID(), events: { [logoutEvent]: {} }, ...claims };
      return { token: await signer.sign(JSON.parse(JSON.stringify(all, (_, value) => (value === null ? undefined : value))), { typ: 'logout+jwt', ...header }) };
    },
  };
  server.on('request', async (request, response) => {
    const { pathname } = new URL(request.url, issuer);
    const route = routes[pathname];
    if (route) return json(response, await route(JSON.parse((await bodyOf(request)) || '{}')));
    const [, uid] = /^\/interaction\/([\w-]+)$/.exec(pathname) ?? [];
    if (uid && request.method === 'GET') return response.setHeader('content-type', 'text/html').end(page(uid));
    if (uid) {
      const login = new URLSearchParams(await bodyOf(request)).get('login');
      const result = state.people[login] ? { login: { accountId: login } } : { error: 'access_denied', error_description: 'nobody of that name' };
      return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
    }
    return answer(request, response);
  });
  return { issuer, server };
}

const issuers = await Promise.all(Array.from({ length: Number(process.argv[2] ?? 1) }, startIssuer));
process.stdout.write(`${JSON.stringify({ issuers: issuers.map(({ issuer }) => issuer), clientId: client.id, clientSecret: client.secret })}\n`);
const stop = () => {
  for (const { server } of issuers) server.close().closeAllConnections();
  process.exit(0);
};
process.on('SIGTERM', stop);
process.stdin.on('end', stop).resume(); // whoever started it is gone

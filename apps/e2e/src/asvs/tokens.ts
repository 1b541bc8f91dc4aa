import { createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { beforeAll, expect, it } from '@jest/globals';
import { auth, realtime, users } from '@voiceassist/contracts';
import { Conversation } from '../house/conversation.js';
import { bodyOf, codeOf, type Scene } from './scene.js';

type Fields = Record<string, unknown>;

const encode = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const decode = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString()) as Fields;
const join = (header: unknown, payload: unknown, signature: Buffer | string) => `${encode(header)}.${encode(payload)}.${typeof signature === 'string' ? signature : signature.toString('base64url')}`;

function signed(header: Fields, payload: Fields, key: KeyObject): string {
  return join(header, payload, sign('sha256', Buffer.from(`${encode(header)}.${encode(payload)}`), { key, dsaEncoding: 'ieee-p1363' }));
}

function keyed(header: Fields, payload: Fields, secret: string | Buffer): string {
  return join(header, payload, createHmac('sha256', secret).update(`${encode(header)}.${encode(payload)}`).digest());
}

/** A real token in its parts, the keys it is checked with, and a key of the attacker's own. */
async function materialOf(scene: Scene) {
  const [header, payload, signature = ''] = scene.viewer.tokens.accessToken.split('.');
  const { keys } = await scene.viewer.client.request(auth.listKeys, {});
  return { header: decode(header), payload: decode(payload), signature, keys, own: generateKeyPairSync('ec', { namedCurve: 'P-256' }) };
}

export function tokenAttacks(scene: () => Scene): void {
  let material: Awaited<ReturnType<typeof materialOf>>;
  beforeAll(async () => {
    material = await materialOf(scene());
  });

  /** Tokens that were taken, over HTTP or for a socket. */
  async function taken(tokens: Record<string, string>): Promise<string[]> {
    const opened: string[] = [];
    for (const [name, token] of Object.entries(tokens)) {
      const headers = { authorization: `Bearer ${token}` };
      const { status } = await scene().ask(users.readOwnProfile.http.path, { headers });
      if (status !== 401) opened.push(`${name}: ${status}`);
      const socket = await Conversation.raw(scene().product.url, ['voiceassist.v1'], headers).end();
      if (socket.code !== 4401 && socket.code !== 1006) opened.push(`${name}: socket ${socket.code}`);
    }
    return opened;
  }

  it('v5.0.0-9.1.1 a token with any part changed, cut or exchanged is refused', async () => {
    const { header, payload, signature, own } = material;
    const foreign = scene().other.tokens.accessToken.split('.');
    const raw = Buffer.from(signature, 'base64url');
    const flipped = Buffer.from(raw);
    flipped[0] = (flipped[0] ?? 0) ^ 1;
    expect(await taken({
      'more roles': join(header, { ...payload, roles: ['admin'] }, signature),
      'a foreign person': join(header, { ...payload, sub: decode(foreign[1])['sub'] }, signature),
      'the signature of another token': join(header, payload, foreign[2] ?? ''),
      'a flipped bit': join(header, payload, flipped),
      'no signature': `${encode(header)}.${encode(payload)}.`,
      'two parts': `${encode(header)}.${encode(payload)}`,
      'a signature of zeros': join(header, payload, Buffer.alloc(64)),
      'a signature cut in half': join(header, payload, raw.subarray(0, 32)),
      'our key id, signed by somebody else': signed(header, payload, own.privateKey),
      'no token': '', 'blanks': '  ', 'dots': '..', 'JSON': '{}', 'a long one': 'a'.repeat(6_000),
    })).toEqual([]);
  });

  it('v5.0.0-9.1.2 no algorithm but our own is taken: none, HMAC with the public key, others', async () => {
    const { header, payload, signature, keys, own } = material;
    const [jwk] = keys;
    const { x = '', y = '' } = jwk ?? {};
    const spki = Buffer.concat([Buffer.from('3059301306072a8648ce3d020106082a8648ce3d03010703420004', 'hex'), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
    const pem = `-----BEGIN PUBLIC KEY-----\n${spki.toString('base64').replace(/(.{64})/g, '$1\n')}\n-----END PUBLIC KEY-----\n`;
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const hmac = { ...header, alg: 'HS256' };
    const tokens: Record<string, string> = { 'HMAC with PEM': keyed(hmac, payload, pem), 'HMAC with DER': keyed(hmac, payload, spki), 'HMAC with JWK': keyed(hmac, payload, JSON.stringify(jwk)), 'HMAC with nothing': keyed(hmac, payload, '') };
    for (const alg of ['none', 'None', 'NONE', 'nOnE', '', null, ['ES256'], 'ES384', 'EdDSA', 'ES256K']) {
      tokens[`${String(alg)}, old signature`] = join({ ...header, alg }, payload, signature);
      tokens[`${String(alg)}, none`] = join({ ...header, alg }, payload, '');
    }
    tokens['RS256'] = join({ ...header, alg: 'RS256' }, payload, sign('sha256', Buffer.from('x'), rsa.privateKey));
    tokens['ES256 of somebody else under HS256'] = signed(hmac, payload, own.privateKey);
    expect(await taken(tokens)).toEqual([]);
  });

  it('v5.0.0-9.1.3 no token brings or names the key it is checked with', async () => {
    const { header, payload, own } = material;
    const jwk = own.publicKey.export({ format: 'jwk' });
    const with_ = (more: Fields) => signed({ ...header, ...more }, payload, own.privateKey);
    expect(await taken({
      jwk: with_({ jwk }), 'jwk, no kid': with_({ jwk, kid: undefined }), jku: with_({ jku: 'http://127.0.0.1:9/keys' }), x5u: with_({ x5u: 'http://127.0.0.1:9/cert' }), x5c: with_({ x5c: [encode('x')] }),
      'another kid': with_({ kid: 'mine' }), 'kid as a path': with_({ kid: '../../../../dev/null' }), 'kid as SQL': with_({ kid: "' UNION SELECT 'x" }), 'kid as an object': with_({ kid: { toString: 'x' } }), 'kid __proto__': with_({ kid: '__proto__' }),
      crit: with_({ crit: ['b64'], b64: false }),
    })).toEqual([]);
  });

  it('v5.0.0-9.2.1 a token that says it lives for ever, is expired or not yet valid is refused', async () => {
    const { header, payload, signature, own } = material;
    const now = Math.floor(Date.now() / 1_000);
    const tokens: Record<string, string> = {};
    for (const [name, times] of Object.entries({ expired: { exp: now - 60 }, 'not yet valid': { nbf: now + 600 }, eternal: { exp: now + 1e9 }, 'without an end': { exp: undefined }, 'an end as a text': { exp: 'never' } })) {
      tokens[`${name}, old signature`] = join(header, { ...payload, ...times }, signature);
      tokens[`${name}, signed by somebody`] = signed(header, { ...payload, ...times }, own.privateKey);
    }
    expect(await taken(tokens)).toEqual([]);
    expect(Number(payload['exp']) - Number(payload['iat'])).toBeLessThanOrEqual(900);
  });

  it('v5.0.0-9.2.2 refresh tokens, tickets, challenges and API keys that are none are not taken for access tokens, nor the reverse', async () => {
    const { header, payload, own } = material;
    const { viewer } = scene();
    const { ticket } = await viewer.client.request(realtime.issueTicket, {});
    expect(await taken({
      refresh: viewer.tokens.refreshToken, ticket, 'an identity token': signed({ ...header, typ: 'JWT' }, payload, own.privateKey),
      'a key': `va_aaaaaaaaaa_${'a'.repeat(43)}`, 'a key cut': 'va_', 'a prefix': `va_aaaaaaaaaa_${'a'.repeat(42)}`,
    })).toEqual([]);
    for (const refreshToken of [viewer.tokens.accessToken, ticket]) {
      const told = await scene().send('POST', auth.refresh.http.path, { refreshToken });
      expect([400, 401]).toContain(told.status);
    }
    expect((await Conversation.raw(scene().product.url, ['voiceassist.v1', `ticket.${viewer.tokens.accessToken}`]).end()).code).toBe(4401);
  });

  it('v5.0.0-9.2.3 a token for another audience or of another issuer is refused, and ours names both', async () => {
    const { header, payload, signature, own } = material;
    expect(payload).toMatchObject({ aud: expect.anything() as unknown, iss: expect.anything() as unknown });
    const tokens: Record<string, string> = {};
    for (const other of [{ aud: 'elsewhere' }, { aud: [] }, { aud: undefined }, { iss: 'elsewhere' }]) {
      tokens[`${JSON.stringify(other)}, old signature`] = join(header, { ...payload, ...other }, signature);
      tokens[`${JSON.stringify(other)}, signed by somebody`] = signed(header, { ...payload, ...other }, own.privateKey);
    }
    expect(await taken(tokens)).toEqual([]);
  });

  it('v5.0.0-14.2.1 no lasting credential is taken from an address; a ticket in one is good for one socket', async () => {
    const { accessToken, refreshToken } = scene().viewer.tokens;
    for (const name of ['access_token', 'token', 'authorization', 'jwt', 'bearer']) expect((await scene().ask(`/api/auth/me?${name}=${accessToken}`)).status).toBe(401);
    expect((await scene().send('POST', `${auth.refresh.http.path}?refreshToken=${refreshToken}`, {})).status).toBe(400);
    const { ticket } = await scene().viewer.client.request(realtime.issueTicket, {});
    const open = () => scene().raw(`GET /api/realtime/ws?ticket=${ticket} HTTP/1.1\r\nHost: ${scene().host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`);
    expect(await open()).toContain('"connected"');
    expect(await open()).not.toContain('"connected"');
  });

  it('v5.0.0-7.2.2 a token proves itself in one header alone, once', async () => {
    const bearer = `Bearer ${scene().viewer.tokens.accessToken}`;
    expect((await scene().ask('/api/auth/me', { headers: { authorization: bearer } })).status).toBe(200);
    const elsewhere: Record<string, string>[] = [{ 'x-authorization': bearer }, { cookie: `va_refresh=${scene().viewer.tokens.accessToken}; access_token=${scene().viewer.tokens.accessToken}` }, { 'x-user-id': String(material.payload['sub']), 'x-roles': 'admin' }];
    for (const headers of elsewhere) {
      const told = await scene().ask('/api/auth/me', { headers });
      expect([told.status, codeOf(told)]).toEqual([401, 'UNAUTHENTICATED']);
    }
    expect(bodyOf(await scene().ask('/api/auth/me', { headers: { authorization: bearer, 'x-user-id': 'x' } })).success).toBe(true);
  });
}

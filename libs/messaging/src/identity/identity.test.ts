import { createHmac, createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Revocation } from '@voiceassist/contracts';
import { commonFailure } from '@voiceassist/kit';
import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { AccessTokenVerifier } from './access-token-verifier.js';
import { KeyRing } from './key-ring.js';
import { passportJwtOptions } from './passport-jwt-options.js';
import type { RevocationFeed } from './revocation-feed.js';
import { code, config, goodClaims, newFeed, newSigner, now, sid, sign, sub, type Signer } from './testing/tokens.js';

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('AccessTokenVerifier', () => {
  let signer: Signer;
  let keys: KeyRing;
  let feed: RevocationFeed;
  let verifier: AccessTokenVerifier;

  beforeEach(async () => {
    signer = await newSigner();
    keys = new KeyRing({ fetchKeys: async () => [signer.published] });
    feed = newFeed();
    await feed.sync();
    verifier = new AccessTokenVerifier(keys, feed, config);
  });

  it('answers who holds a good token', async () => {
    const exp = now() + 600;
    await expect(verifier.verify(await sign(signer, { claims: { exp } }))).resolves.toEqual({
      actor: { type: 'user', userId: sub, sessionId: sid, roles: ['clinician'], validUntil: exp }, expiresAt: exp * 1_000,
    });
  });

  const bad: Record<string, (signer: Signer) => Promise<string> | string> = {
    'no token': () => '',
    'not a token': () => 'a.b.c',
    'alg none': () => new UnsecuredJWT(goodClaims()).encode(),
    'alg none with our type and key id': (s) => `${base64({ alg: 'none', typ: 'at+jwt', kid: s.kid })}.${base64(goodClaims())}.`,
    'HS256 with the public key as secret': (s) => {
      const pem = createPublicKey({ key: { ...s.published }, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
      const text = `${base64({ alg: 'HS256', typ: 'at+jwt', kid: s.kid })}.${base64(goodClaims())}`;
      return `${text}.${createHmac('sha256', pem).update(text).digest('base64url')}`;
    },
    'another algorithm of the same family': async (s) => {
      const other = await generateKeyPair('ES384');
      return new SignJWT(goodClaims()).setProtectedHeader({ alg: 'ES384', typ: 'at+jwt', kid: s.kid }).sign(other.privateKey);
    },
    'a foreign key under our key id': async (s) => sign({ ...(await newSigner()), kid: s.kid }),
    'a key of its own in the header': async (s) => {
      const other = await newSigner();
      return sign({ ...other, kid: s.kid }, { header: { jwk: other.published } });
    },
    'an unknown key id': async () => sign(await newSigner()),
    'no key id': (s) => sign(s, { header: { kid: undefined } }),
    'the type of another kind of token': (s) => sign(s, { header: { typ: 'JWT' } }),
    'no type': (s) => sign(s, { header: { typ: undefined } }),
    'another issuer': (s) => sign(s, { claims: { iss: 'somebody else' } }),
    'another audience': (s) => sign(s, { claims: { aud: 'another-api' } }),
    'expired': (s) => sign(s, { claims: { iat: now() - 800, exp: now() - 60 } }),
    'older than any token may become': (s) => sign(s, { claims: { iat: now() - 4_000, exp: now() + 4_000 } }),
    'issued in the future': (s) => sign(s, { claims: { iat: now() + 300, exp: now() + 900 } }),
    'no subject': (s) => sign(s, { claims: { sub: undefined } }),
    'no session': (s) => sign(s, { claims: { sid: undefined } }),
    'no token id': (s) => sign(s, { claims: { jti: undefined } }),
    'no expiry': (s) => sign(s, { claims: { exp: undefined } }),
    'an unknown role': (s) => sign(s, { claims: { roles: ['root'] } }),
    'roles that are not a list': (s) => sign(s, { claims: { roles: 'admin' } }),
    'a changed payload': async (s) => {
      const [header, , signature] = (await sign(s)).split('.');
      return `${header}.${base64({ ...goodClaims(), roles: ['admin'] })}.${signature}`;
    },
    'a changed signature': async (s) => {
      const [header, payload, signature = ''] = (await sign(s)).split('.');
      return `${header}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    },
  };

  for (const [name, make] of Object.entries(bad)) {
    it(`refuses ${name}`, async () => {
      await expect(verifier.verify(await make(signer))).rejects.toEqual(code('UNAUTHENTICATED'));
    });
  }

  it('refuses the tokens of a revoked session and of no other', async () => {
    const revoked = newFeed({ fetchPage: async (after) => ({ revocations: after === 0 ? [revocation(1, sid)] : [], lastSequence: 1 }) });
    await revoked.sync();
    const checking = new AccessTokenVerifier(keys, revoked, config);
    await expect(checking.verify(await sign(signer))).rejects.toEqual(code('UNAUTHENTICATED'));
    await expect(checking.verify(await sign(signer, { claims: { sid: randomUUID() } }))).resolves.toBeDefined();
  });

  it('refuses everything as UNAVAILABLE while revocations or keys cannot be read', async () => {
    const blind = new AccessTokenVerifier(keys, newFeed(), config);
    await expect(blind.verify(await sign(signer))).rejects.toEqual(code('UNAVAILABLE'));
    const keyless = new KeyRing({ fetchKeys: async () => { throw commonFailure('UNAVAILABLE', 'away'); } });
    await expect(new AccessTokenVerifier(keyless, feed, config).verify(await sign(signer))).rejects.toEqual(code('UNAVAILABLE'));
  });

  describe('passportJwtOptions', () => {
    const keyFor = (token: string) => new Promise<string | undefined>((resolve, reject) => {
      passportJwtOptions(keys, config).secretOrKeyProvider({}, token, (error, key) => (error instanceof Error ? reject(error) : resolve(key)));
    });

    it('finds the key of a good token and none for an algorithm, type or key id that is not ours', async () => {
      await expect(keyFor(await sign(signer))).resolves.toContain('BEGIN PUBLIC KEY');
      for (const name of ['alg none', 'HS256 with the public key as secret', 'the type of another kind of token', 'an unknown key id', 'not a token']) {
        await expect(keyFor(await (bad[name]?.(signer) ?? ''))).rejects.toEqual(code('UNAUTHENTICATED'));
      }
    });
  });
});

describe('KeyRing', () => {
  it('asks once for many unknown key ids at once, and again only after the floor', async () => {
    const signer = await newSigner();
    let clock = 0;
    let asked = 0;
    const ring = new KeyRing({ fetchKeys: async () => { asked += 1; return [signer.published]; }, now: () => clock, refetchFloorMs: 1_000 });
    const results = await Promise.allSettled(Array.from({ length: 100 }, (_, index) => ring.keyFor(`unknown ${index}`)));
    expect(results.every(({ status }) => status === 'rejected')).toBe(true);
    expect(asked).toBe(1);
    await expect(ring.keyFor('unknown')).rejects.toEqual(code('UNAUTHENTICATED'));
    expect(asked).toBe(1);
    clock += 1_000;
    await expect(ring.keyFor('unknown')).rejects.toEqual(code('UNAUTHENTICATED'));
    expect(asked).toBe(2);
    await expect(ring.keyFor(signer.kid)).resolves.toBeDefined();
    expect(asked).toBe(2);
  });

  it('finds a new key at once after the floor and forgets a withdrawn one after its age', async () => {
    const [first, second] = [await newSigner(), await newSigner()];
    let clock = 0;
    let published = [first.published];
    const ring = new KeyRing({ fetchKeys: async () => published, now: () => clock, refetchFloorMs: 1_000, maxAgeMs: 60_000 });
    await ring.keyFor(first.kid);
    published = [second.published];
    clock += 1_000;
    await expect(ring.keyFor(second.kid)).resolves.toBeDefined();
    clock += 60_000;
    await expect(ring.keyFor(first.kid)).rejects.toEqual(code('UNAUTHENTICATED'));
  });

  it('takes no key that is not on the curve of the house', async () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    const ring = new KeyRing({ fetchKeys: async () => [{ kty: 'EC', crv: 'P-256', x, y, kid: 'k', alg: 'ES256', use: 'sig' }] });
    await expect(ring.keyFor('k')).rejects.toBeDefined();
  });
});

function revocation(sequence: number, sessionId: string = randomUUID()): Revocation {
  return { sequence, sessionId, revokedAt: new Date().toISOString() };
}

describe('RevocationFeed', () => {
  const open: RevocationFeed[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((feed) => feed.close()));
  });

  it('reads page after page and tells each session once', async () => {
    const all = Array.from({ length: 5 }, (_, index) => revocation(index + 1));
    const feed = newFeed({
      fetchPage: async (after) => {
        const revocations = all.filter(({ sequence }) => sequence > after).slice(0, 2);
        return { revocations, lastSequence: revocations.at(-1)?.sequence ?? all.length };
      },
    });
    const told: string[] = [];
    const stop = feed.onRevoked((sessionId) => told.push(sessionId));
    await feed.sync();
    await feed.sync();
    expect(told).toEqual(all.map(({ sessionId }) => sessionId));
    expect(feed.isRevoked(all[4]?.sessionId ?? '')).toBe(true);
    stop();
    all.push(revocation(6));
    await feed.sync();
    expect(told).toHaveLength(5);
  });

  it('reads everything again when the counter ran backwards', async () => {
    const [old, fresh] = [revocation(50), revocation(3)];
    let all = [old];
    const feed = newFeed({
      fetchPage: async (after) => ({ revocations: all.filter(({ sequence }) => sequence > after), lastSequence: all.at(-1)?.sequence ?? 0 }),
    });
    await feed.sync();
    all = [fresh];
    await feed.sync();
    await feed.sync();
    expect(feed.isRevoked(fresh.sessionId)).toBe(true);
  });

  it('remembers a session until no token of it can be alive, and fails closed when it hears nothing', async () => {
    let clock = 0;
    let reachable = true;
    const ended = revocation(1);
    const feed = newFeed({
      fetchPage: async (after) => {
        if (!reachable) throw commonFailure('UNAVAILABLE', 'away');
        return { revocations: after === 0 ? [ended] : [], lastSequence: 1 };
      },
      keepMs: 10_000, maxStaleMs: 5_000, now: () => clock,
    });
    expect(feed.freshness).toBe(Infinity);
    await feed.sync();
    clock = 9_999;
    await feed.sync();
    expect(feed.isRevoked(ended.sessionId)).toBe(true);
    clock = 10_000;
    await feed.sync();
    expect(feed.isRevoked(ended.sessionId)).toBe(false);
    reachable = false;
    clock = 15_000;
    await expect(feed.sync()).rejects.toEqual(code('UNAVAILABLE'));
    expect(() => feed.assertFresh()).not.toThrow();
    clock = 15_001;
    expect(() => feed.assertFresh()).toThrow(expect.objectContaining({ code: 'UNAVAILABLE' }));
    await feed.freshen();
    expect(feed.isFresh).toBe(false);
    reachable = true;
    await feed.freshen();
    expect(feed.isFresh).toBe(true);
  });

  it('looks again before it refuses when a look has been under way since before the process was busy', async () => {
    let clock = 0;
    const answers: (() => void)[] = [];
    const feed = newFeed({
      fetchPage: (after) => new Promise((resolve) => answers.push(() => resolve({ revocations: [], lastSequence: after }))), maxStaleMs: 4_000, now: () => clock,
    });
    const first = feed.sync();
    answers.shift()?.();
    await first;
    void feed.sync();
    clock = 10_000; // nothing ran meanwhile
    const freshened = feed.freshen();
    while (!feed.isFresh) {
      answers.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await freshened;
  });

  it('keeps by default what is promised: within five seconds no service takes a token any more that has ended', () => {
    expect(config.REVOCATION_MAX_STALE_MS + config.REVOCATION_POLL_MS).toBeLessThan(5_000);
  });

  it('polls on by itself after failures and stops when closed', async () => {
    let asked = 0;
    const late = revocation(1);
    const feed = newFeed({
      fetchPage: async (after) => {
        asked += 1;
        if (asked < 3) throw commonFailure('UNAVAILABLE', 'away');
        return { revocations: after === 0 ? [late] : [], lastSequence: 1 };
      },
    });
    open.push(feed);
    const told = new Promise<string>((resolve) => feed.onRevoked(resolve));
    feed.start();
    await expect(told).resolves.toBe(late.sessionId);
    await feed.close();
    const askedWhenClosed = asked;
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(asked).toBe(askedWhenClosed);
  });
});

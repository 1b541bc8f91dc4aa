import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Revocation } from '@voiceassist/contracts';
import { AccessTokenVerifier } from './access-token-verifier.js';
import { KeyRing } from './key-ring.js';
import type { RevocationFeed } from './revocation-feed.js';
import { code, config, newFeed, newSigner, now, sid, sign, type Signer } from './testing/tokens.js';

describe('a token that was checked before', () => {
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

  it('is known, unless one letter differs', async () => {
    const token = await sign(signer);
    expect(await verifier.known(token)).toBeUndefined();
    const access = await verifier.verify(token);
    expect(await verifier.known(token)).toEqual(access);
    expect(await verifier.known(`${token.slice(0, -2)}AA`)).toBeUndefined();
  });

  it('is refused once its session is revoked', async () => {
    let revocations: Revocation[] = [];
    feed = newFeed({ fetchPage: async () => ({ revocations, lastSequence: revocations.length }) });
    await feed.sync();
    verifier = new AccessTokenVerifier(keys, feed, config);
    const token = await sign(signer);
    await verifier.verify(token);
    revocations = [{ sequence: 1, sessionId: sid, revokedAt: new Date().toISOString() }];
    await feed.sync();
    await expect(verifier.known(token)).rejects.toEqual(code('UNAUTHENTICATED'));
  });

  it('is refused once its key is withdrawn', async () => {
    let [published, time] = [[signer.published], 0];
    keys = new KeyRing({ fetchKeys: async () => published, maxAgeMs: 1_000, now: () => time });
    verifier = new AccessTokenVerifier(keys, feed, config);
    const token = await sign(signer);
    await verifier.verify(token);
    [published, time] = [[(await newSigner()).published], 2_000];
    await expect(verifier.verify(token)).rejects.toEqual(code('UNAUTHENTICATED'));
  });

  it('is refused once it has ended', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'performance'] });
    try {
      const token = await sign(signer, { claims: { exp: now() + 60 } });
      await verifier.verify(token);
      jest.setSystemTime(Date.now() + 70_000);
      expect(await verifier.known(token)).toBeUndefined();
      await expect(verifier.verify(token)).rejects.toEqual(code('UNAUTHENTICATED'));
    } finally {
      jest.useRealTimers();
    }
  });
});

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { EnrolledFactor, PasskeyAssertion } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import { asHolder, auditRows, fresh, newcomer, signInAdministrator, startHouse, stranger, type House } from '../../testing/house.js';
import { SoftwareAuthenticator, type Deviation } from '../../testing/software-authenticator.js';

jest.setTimeout(120_000); // a database is started, on whatever machine

const code = (expected: string) => expect.objectContaining({ code: expected });

let house: House;
let administratorToken = '';

beforeAll(async () => {
  house = await startHouse({ PUBLIC_URL: 'https://assistant.example.org', AUTH_PASSKEY_ORIGINS: 'https://other.example.org' });
  administratorToken = (await signInAdministrator(house)).accessToken;
});
afterAll(() => house?.close());

const origin = 'https://assistant.example.org';

/** Somebody with a passkey, whose session is fresh. */
async function joinWithPasskey() {
  const { user, credentials, tokens } = await newcomer(house, administratorToken, ['viewer']);
  const authenticator = new SoftwareAuthenticator(origin);
  const call = await asHolder(house, tokens.accessToken);
  const enrolled = await enrol(authenticator, call);
  return { user, credentials, authenticator, enrolled, call: await asHolder(house, enrolled.access.accessToken) };
}

async function enrol(authenticator: SoftwareAuthenticator, call: Call, deviation?: Deviation): Promise<EnrolledFactor> {
  const { challenge, passkeyOptions } = await house.auth.beginPasskey({}, call);
  return house.auth.addPasskey({ challenge, attestation: authenticator.create(passkeyOptions, deviation), name: 'My key' }, call);
}

async function challengeFor(credentials: { email: string; password: string }) {
  const answer = await house.login(credentials, stranger());
  if (answer.kind !== 'factor-required' || !answer.passkeyOptions) throw new Error('no passkey was asked for');
  return { challenge: answer.challenge, methods: answer.methods, passkeyOptions: answer.passkeyOptions };
}

const verify = (challenge: string, assertion: PasskeyAssertion) => house.auth.verifyFactor({ challenge, method: 'passkey', assertion }, stranger());

const deviations: Record<string, Deviation> = {
  'another origin': { origin: 'https://assistant.example.org.evil.example' },
  'another port': { origin: 'https://assistant.example.org:8443' },
  'plain HTTP': { origin: 'http://assistant.example.org' },
  'another site': { rpId: 'evil.example' },
  'another challenge': { challenge: Buffer.alloc(32).toString('base64url') },
  'an unverified person': { isVerified: false },
};

describe('a passkey', () => {
  it('is set up with user verification, for this site, bound to the person', async () => {
    const { tokens } = await newcomer(house, administratorToken, ['viewer']);
    const call = await asHolder(house, tokens.accessToken);
    const { passkeyOptions } = await house.auth.beginPasskey({}, call);
    expect(passkeyOptions).toMatchObject({
      rp: { id: 'assistant.example.org', name: 'VoiceAssist' }, attestation: 'none', excludeCredentials: [],
      authenticatorSelection: { userVerification: 'required', residentKey: 'preferred' },
    });
    expect(Buffer.from(passkeyOptions.user.id, 'base64url').toString('hex')).toBe(call.user.userId.replaceAll('-', ''));
    const { factor, recoveryCodes, access } = await enrol(new SoftwareAuthenticator(origin), call);
    expect(factor).toMatchObject({ kind: 'passkey', name: 'My key' });
    expect(recoveryCodes).toHaveLength(10);
    expect((await asHolder(house, access.accessToken)).user.factorAt).toBeGreaterThan(0);
  });

  it.each(Object.entries({ ...deviations, 'the answer to a sign-in': { type: 'webauthn.get' } }))('is not set up with %s', async (_, deviation) => {
    const { tokens } = await newcomer(house, administratorToken, ['viewer']);
    const call = await asHolder(house, tokens.accessToken);
    await expect(enrol(new SoftwareAuthenticator(origin), call, deviation)).rejects.toEqual(code('PASSKEY_REFUSED'));
    expect((await house.auth.listFactors({}, call)).factors).toEqual([]);
  });

  it('is set up in the session that began it, once, and by one person only', async () => {
    const { call, authenticator } = await joinWithPasskey();
    const { call: other } = await joinWithPasskey();
    const { challenge, passkeyOptions } = await house.auth.beginPasskey({}, call);
    expect(passkeyOptions.excludeCredentials).toHaveLength(1);
    const attestation = new SoftwareAuthenticator(origin).create(passkeyOptions);
    await expect(house.auth.addPasskey({ challenge, attestation }, other)).rejects.toEqual(code('CHALLENGE_EXPIRED'));
    await expect(house.auth.addPasskey({ challenge, attestation }, call)).resolves.toMatchObject({ recoveryCodes: null, factor: { name: 'Passkey' } });
    await expect(house.auth.addPasskey({ challenge, attestation }, call)).rejects.toEqual(code('CHALLENGE_EXPIRED'));
    await expect(enrol(authenticator, other)).rejects.toEqual(code('PASSKEY_REFUSED'));
  });

  it('completes a sign-in, from every origin of the installation', async () => {
    const { credentials, authenticator } = await joinWithPasskey();
    const { challenge, methods, passkeyOptions } = await challengeFor(credentials);
    expect(methods).toEqual(['passkey', 'recovery-code']);
    expect(passkeyOptions).toMatchObject({ rpId: 'assistant.example.org', userVerification: 'required', allowCredentials: [{ type: 'public-key', transports: ['internal'] }] });
    const tokens = await verify(challenge, authenticator.get(passkeyOptions));
    expect((await asHolder(house, tokens.accessToken)).user.factorAt).toBeGreaterThan(0);
    const again = await challengeFor(credentials);
    await expect(verify(again.challenge, authenticator.get(again.passkeyOptions, { origin: 'https://other.example.org' }))).resolves.toBeDefined();
  });

  it.each(Object.entries({ ...deviations, 'the answer to a set-up': { type: 'webauthn.create' }, 'the handle of somebody else': { userHandle: 'AAAAAAAAAAAAAAAAAAAAAA' } }))('does not complete a sign-in with %s', async (_, deviation) => {
    const { credentials, authenticator } = await joinWithPasskey();
    const { challenge, passkeyOptions } = await challengeFor(credentials);
    await expect(verify(challenge, authenticator.get(passkeyOptions, deviation))).rejects.toEqual(code('FACTOR_REFUSED'));
  });

  it('serves nobody else, and not with the signature of another key', async () => {
    const [ada, bob] = [await joinWithPasskey(), await joinWithPasskey()];
    const { challenge, passkeyOptions } = await challengeFor(ada.credentials);
    await expect(verify(challenge, bob.authenticator.get(passkeyOptions))).rejects.toEqual(code('FACTOR_REFUSED'));
    const forged = { ...bob.authenticator.get(passkeyOptions), id: passkeyOptions.allowCredentials[0]?.id ?? '', rawId: passkeyOptions.allowCredentials[0]?.id ?? '' };
    await expect(verify(challenge, forged)).rejects.toEqual(code('FACTOR_REFUSED'));
    await expect(verify(challenge, ada.authenticator.get(passkeyOptions))).resolves.toBeDefined();
  });

  it('whose counter goes back or stands still is a copy', async () => {
    const { credentials, authenticator } = await joinWithPasskey();
    for (const counterBack of [0, 1, 2]) {
      const { challenge, passkeyOptions } = await challengeFor(credentials);
      const answer = verify(challenge, authenticator.get(passkeyOptions, { counterBack }));
      if (counterBack === 0) await expect(answer).resolves.toBeDefined();
      else await expect(answer).rejects.toEqual(code('FACTOR_REFUSED'));
    }
  });

  it('makes a session fresh', async () => {
    const { call, authenticator } = await joinWithPasskey();
    const { challenge, passkeyOptions } = await house.auth.beginStepUp({}, call);
    if (!passkeyOptions) throw new Error('no passkey was asked for');
    const { accessToken } = await house.auth.stepUp({ challenge, method: 'passkey', assertion: authenticator.get(passkeyOptions) }, call);
    expect((await asHolder(house, accessToken)).user.sessionId).toBe(call.user.sessionId);
  });
});

describe('a passkey alone', () => {
  const signIn = async (authenticator: SoftwareAuthenticator, deviation?: Deviation) => {
    const { challenge, passkeyOptions } = await house.auth.beginPasskeySignIn({}, stranger());
    expect(passkeyOptions.allowCredentials).toEqual([]);
    return house.auth.signInWithPasskey({ challenge, assertion: authenticator.get(passkeyOptions, deviation) }, stranger());
  };

  it('signs its owner in, with a fresh factor', async () => {
    const { authenticator, user } = await joinWithPasskey();
    const tokens = await signIn(authenticator);
    expect(tokens.user).toEqual(user);
    expect((await asHolder(house, tokens.accessToken)).user.factorAt).toBeGreaterThan(0);
  });

  it.each(Object.entries(deviations))('does not with %s', async (_, deviation) => {
    const { authenticator, user } = await joinWithPasskey();
    await expect(signIn(authenticator, deviation)).rejects.toEqual(code('FACTOR_REFUSED'));
    expect((await auditRows(house, 'auth.sign-in-with-passkey')).at(-1)).toMatchObject({ outcome: 'FACTOR_REFUSED', subjects: { userId: user.userId } });
  });

  it('must say whose it is, be known, and answer its own challenge once', async () => {
    const { authenticator, credentials } = await joinWithPasskey();
    await expect(signIn(authenticator, { userHandle: '' })).rejects.toBeDefined();
    const unknown = new SoftwareAuthenticator(origin);
    await expect(signIn(unknown, { userHandle: 'AAAAAAAAAAAAAAAAAAAAAA' })).rejects.toEqual(code('FACTOR_REFUSED'));
    const { challenge, passkeyOptions } = await house.auth.beginPasskeySignIn({}, stranger());
    const assertion = authenticator.get(passkeyOptions);
    await expect(house.auth.signInWithPasskey({ challenge, assertion }, stranger())).resolves.toBeDefined();
    await expect(house.auth.signInWithPasskey({ challenge, assertion }, stranger())).rejects.toEqual(code('CHALLENGE_EXPIRED'));
    const second = await challengeFor(credentials);
    await expect(house.auth.signInWithPasskey({ challenge: second.challenge, assertion: authenticator.get(second.passkeyOptions) }, stranger())).rejects.toEqual(code('CHALLENGE_EXPIRED'));
  });

  it('does not sign in somebody who was deactivated, nor after it was removed', async () => {
    const gone = await joinWithPasskey();
    await house.users.deactivateUser({ userId: gone.user.userId }, fresh(await asHolder(house, administratorToken)));
    await expect(signIn(gone.authenticator)).rejects.toEqual(code('FACTOR_REFUSED'));
    const removed = await joinWithPasskey();
    await house.auth.removeFactor({ factorId: removed.enrolled.factor.factorId }, removed.call);
    await expect(signIn(removed.authenticator)).rejects.toEqual(code('FACTOR_REFUSED'));
  });
});

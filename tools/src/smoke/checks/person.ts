import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, auth, HttpClient, type OutputOf, PublicKey, type TokenPair, users } from '@voiceassist/contracts';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { Secret, TOTP } from 'otpauth';
import { z } from 'zod';
import type { Account } from '../account.js';
import { expectRefusal, expectSuccess, expectThat, NotHere, personOf, type Check, type Scene } from '../check.js';
import type { Door } from '../door.js';

type PasswordAccount = Extract<Account, { kind: 'password' }>;

const stepMs = 30_000;
const endDeadlineMs = 5_000;
const KeySet = z.object({ keys: z.array(PublicKey.strict()).min(1) });

/** Shows a code of the app; one that was shown before (by a run half a minute ago) is refused, so the next one is tried. */
async function withSecondFactor(client: HttpClient, { email, password, totpSeed }: PasswordAccount): Promise<TokenPair> {
  if (totpSeed === undefined) throw new Error('the account asks for a second factor, and no seed of one was given');
  for (let tries = 1; ; tries += 1) {
    const answer = await client.request(auth.login, { email, password });
    if (answer.kind === 'signed-in') return answer;
    try {
      return await client.request(auth.verifyFactor, { challenge: answer.challenge, method: 'totp', code: TOTP.generate({ secret: Secret.fromBase32(totpSeed) }) });
    } catch (error) {
      if (tries > 1 || !(error instanceof ApiError) || error.code !== 'FACTOR_REFUSED') throw error;
      await sleep(stepMs - (Date.now() % stepMs) + 1_000);
    }
  }
}

async function signIn(door: Door, account: Account): Promise<{ client: HttpClient; accessToken: string }> {
  const clientWith = (accessToken: string) => ({ accessToken, client: new HttpClient({ baseUrl: door.origin, fetch: door.fetch, accessToken: () => accessToken }) });
  if (account.kind === 'api-key') return clientWith(account.key);
  const stranger = new HttpClient({ baseUrl: door.origin, fetch: door.fetch });
  const answer: OutputOf<typeof auth.login> = await stranger.request(auth.login, { email: account.email, password: account.password });
  const tokens = answer.kind === 'signed-in' ? answer : await withSecondFactor(stranger, account);
  expectThat(tokens.mustEnrol !== true, 'the account must set up a second factor first');
  return clientWith(tokens.accessToken);
}

/** A key may do only what it was made for; what it may not is no fault. */
export async function allowed<T>({ account }: Scene, asked: Promise<T>): Promise<T> {
  return asked.catch((error: unknown) => {
    if (account?.kind === 'api-key' && error instanceof ApiError && error.code === 'FORBIDDEN') throw new NotHere('the API key was not made for this');
    throw error;
  });
}

export const arrival: readonly Check[] = [
  {
    name: 'sign-in', promise: 'the given account signs in', timeoutMs: 75_000,
    async run(scene) {
      const { door, account } = scene;
      if (!account) throw new NotHere('no account was given');
      const person = await signIn(door, account);
      if (account.kind === 'api-key') expectThat((await door.ask(users.readOwnProfile.http.path, { headers: { authorization: `Bearer ${account.key}` } })).status !== 401, 'the API key is refused');
      scene.person = person;
      return account.kind === 'api-key' ? 'API key accepted' : account.totpSeed ? 'password and second factor' : 'password';
    },
  },
  {
    name: 'key-set', promise: 'the published keys are public halves only, and verify the token that was just issued',
    async run({ door, person, account }) {
      const keys = KeySet.safeParse(expectSuccess(await door.ask(auth.listKeys.http.path)));
      expectThat(keys.success, 'the keys are not public EC keys and nothing else');
      if (!person || account?.kind !== 'password') return `${keys.data.keys.length} keys`;
      const { kid } = decodeProtectedHeader(person.accessToken);
      await jwtVerify(person.accessToken, createLocalJWKSet(keys.data)).catch(() => {
        throw new Error(`the access token (key ${kid}) is not verified by them`);
      });
      return `${keys.data.keys.length} keys, token verified`;
    },
  },
  {
    name: 'own-profile', promise: 'whoever signed in is who the product says',
    async run(scene) {
      const profile = await allowed(scene, personOf(scene).client.request(users.readOwnProfile, {}));
      const { account } = scene;
      expectThat(account?.kind !== 'password' || profile.email.toLowerCase() === account.email.toLowerCase(), 'it is somebody else');
      return profile.roles.join(', ');
    },
  },
];

export const departure: readonly Check[] = [
  {
    name: 'session-ended', promise: 'after sign-out the token is refused',
    async run(scene) {
      const { client, accessToken } = personOf(scene);
      if (scene.account?.kind !== 'password') throw new NotHere('an API key has no session');
      await client.request(auth.logout, {});
      const endedAt = Date.now();
      for (;;) {
        const told = await scene.door.ask(auth.me.http.path, { headers: { authorization: `Bearer ${accessToken}` } });
        const afterMs = Date.now() - endedAt;
        if (told.status === 401) return `${expectRefusal(told, 401, ['UNAUTHENTICATED'])} after ${afterMs} ms`;
        expectThat(afterMs < endDeadlineMs, `still accepted ${Math.round(afterMs / 1000)} s later`);
        await sleep(200);
      }
    },
  },
];

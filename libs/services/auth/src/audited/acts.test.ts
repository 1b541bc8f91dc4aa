import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { asHolder, fresh, newcomer, signInAdministrator, startHouse, until, type House } from '../testing/house.js';
import { codeOf } from '../testing/app-of.js';

jest.setTimeout(120_000); // a database is started, on whatever machine

let house: House;
let administratorToken = '';
const administrator = async () => fresh(await asHolder(house, administratorToken));
const countOf = async (condition: string) => (await house.sql.query<[{ count: number }]>(`SELECT count(*)::int AS count FROM auth.${condition}`))[0].count;

beforeAll(async () => {
  house = await startHouse();
  administratorToken = (await signInAdministrator(house)).accessToken;
  await house.sql.query(`CREATE FUNCTION auth.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no row today'; END $$`);
});
afterAll(() => house?.close());

/** Does something while nothing can be written down for the audit, and expects that it fails. */
async function withoutAudit(act: () => Promise<unknown>): Promise<void> {
  await house.sql.query('CREATE TRIGGER refuse BEFORE INSERT ON auth.outbox FOR EACH ROW EXECUTE FUNCTION auth.refuse()');
  try {
    await expect(act()).rejects.toBeDefined();
  } finally {
    await house.sql.query('DROP TRIGGER refuse ON auth.outbox');
  }
}

async function enter() {
  const { user, tokens } = await newcomer(house, administratorToken);
  const call = await asHolder(house, tokens.accessToken);
  const { factorId, secret } = await house.auth.beginTotp({}, call);
  const { recoveryCodes } = await house.auth.confirmTotp({ factorId, code: codeOf(secret, -1) }, call);
  return { user, call: fresh(call), recoveryCodes: recoveryCodes ?? [] };
}

it('no API key is made of which the audit says nothing', async () => {
  const { call } = await enter();
  await withoutAudit(() => house.auth.createApiKey({ name: 'script', permissions: ['passages.search'] }, call));
  expect(await countOf('api_key')).toBe(0);
});

it('no recovery code is used, and no session becomes fresh', async () => {
  const { call, recoveryCodes } = await enter();
  await house.sql.query(`UPDATE auth.session SET factor_at = now() - interval '1 hour' WHERE session_id = $1`, [call.user.sessionId]);
  const { challenge } = await house.auth.beginStepUp({}, call);
  await withoutAudit(() => house.auth.stepUp({ challenge, method: 'recovery-code', code: recoveryCodes[0] ?? '' }, call));
  expect(await countOf(`recovery_code WHERE used_at IS NOT NULL`)).toBe(0);
  expect(await countOf(`session WHERE session_id = '${call.user.sessionId}' AND factor_at > now() - interval '1 minute'`)).toBe(0);
});

it('nobody is unlocked', async () => {
  const { user } = await enter();
  await house.sql.query(`INSERT INTO auth.sign_in_attempt (email_hash, failures, last_at, blocked_until) SELECT sha256(email_key::bytea), 20, now(), now() FROM auth.account WHERE user_id = $1`, [user.userId]);
  const call = await administrator();
  await withoutAudit(() => house.auth.unlockAccount({ userId: user.userId }, call));
  expect(await countOf('sign_in_attempt WHERE failures = 20')).toBe(1);
});

it('no emergency access is reviewed', async () => {
  const { user, call } = await enter();
  const officer = await newcomer(house, administratorToken, ['privacy_officer']);
  await house.auth.openEmergency({ collectionId: randomUUID(), reason: 'Unconscious patient, nobody else is here.' }, call);
  const reviewer = fresh(await asHolder(house, officer.tokens.accessToken));
  const found = async () => (await house.auth.listEmergencies({}, reviewer)).items.find(({ userId }) => userId === user.userId);
  await until(async () => (await found()) !== undefined);
  const emergencyId = (await found())?.emergencyId ?? '';
  await house.auth.revokeEmergency({ emergencyId }, reviewer);
  await withoutAudit(() => house.auth.reviewEmergency({ emergencyId, verdict: 'justified', note: 'Confirmed.' }, reviewer));
  expect(await countOf('emergency WHERE reviewed_at IS NOT NULL')).toBe(0);
});

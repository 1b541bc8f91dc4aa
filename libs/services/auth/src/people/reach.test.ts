import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { Permission, Role } from '@voiceassist/contracts';
import { Call } from '@voiceassist/kit';
import { asHolder, fresh, newcomer, signInAdministrator, startHouse, until, type House } from '../testing/house.js';

jest.setTimeout(120_000); // a database is started, on whatever machine

const beyond = expect.objectContaining({ code: 'BEYOND_OWN_ACCESS' });
const password = 'seven lamps at the harbour';

let house: House;
let administratorToken = '';
const administrator = async () => fresh(await asHolder(house, administratorToken));
const someone = (roles: Role[]) => ({ email: `${randomUUID()}@example.org`, displayName: 'Sam', roles });

/** Somebody with the role of a viewer and a composed one, with a fresh factor. */
const registrar = (...permissions: Permission[]) => Call.begin({
  actor: { type: 'user', userId: randomUUID(), sessionId: randomUUID(), roles: ['viewer'], permissions, factorAt: Math.floor(Date.now() / 1_000) },
});

beforeAll(async () => {
  house = await startHouse();
  administratorToken = (await signInAdministrator(house)).accessToken;
});
afterAll(() => house?.close());

it('whoever may create people makes none that may do more', async () => {
  const call = registrar('people.create');
  for (const roles of [['admin'], ['viewer', 'admin'], ['privacy_officer'], ['clinician'], ['service']] as Role[][]) {
    await expect(house.auth.createAccount({ ...someone(roles), password }, call)).rejects.toEqual(beyond);
    await expect(house.auth.inviteUser(someone(roles), call)).rejects.toEqual(beyond);
  }
  await expect(house.auth.createServiceAccount({ displayName: 'Import' }, call)).rejects.toEqual(beyond);
  await expect(house.auth.createAccount({ ...someone(['viewer']), password }, call)).resolves.toMatchObject({ roles: ['viewer'] });
  await expect(house.auth.inviteUser(someone(['viewer']), call)).resolves.toMatchObject({ roles: ['viewer'] });
  for (const role of ['admin', 'privacy_officer', 'clinician'] as const) {
    await expect(house.auth.createAccount({ ...someone([role]), password }, await administrator())).resolves.toMatchObject({ roles: [role] });
  }
});

it('whoever may change people takes over no account that may do more', async () => {
  const call = registrar('people.change');
  const { user: boss } = await newcomer(house, administratorToken, ['admin']);
  const { user: peer } = await newcomer(house, administratorToken, ['viewer']);
  const linkOf = async (userId: string) => {
    await house.auth.sendLink({ userId, kind: 'password-reset' }, await administrator());
    const found = async () => (await house.auth.listPendingLinks({}, await administrator())).links.find((link) => link.userId === userId);
    await until(async () => (await found()) !== undefined);
    return { linkId: (await found())?.linkId ?? '' };
  };
  await expect(house.auth.resetFactors({ userId: boss.userId }, call)).rejects.toEqual(beyond);
  await expect(house.auth.unlockAccount({ userId: boss.userId }, call)).rejects.toEqual(beyond);
  await expect(house.auth.sendLink({ userId: boss.userId, kind: 'password-reset' }, call)).rejects.toEqual(beyond);
  await expect(house.auth.revealLink(await linkOf(boss.userId), call)).rejects.toEqual(beyond);
  await expect(house.auth.resetFactors({ userId: peer.userId }, call)).resolves.toEqual({});
  await expect(house.auth.unlockAccount({ userId: peer.userId }, call)).resolves.toEqual({});
  await expect(house.auth.revealLink(await linkOf(peer.userId), call)).resolves.toMatchObject({ url: expect.stringContaining('/link#val_') });
  await expect(house.auth.revealLink(await linkOf(boss.userId), await administrator())).resolves.toBeDefined();
});

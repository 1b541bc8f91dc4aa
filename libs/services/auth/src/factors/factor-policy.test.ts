import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Permission, Role, TokenPair } from '@voiceassist/contracts';
import type { Environment } from '@voiceassist/kit';
import { asHolder, Directory, forgetGiven, fresh, signInAdministrator, startHouse, stranger, until, type House } from '../testing/house.js';

jest.setTimeout(120_000); // a database is started, on whatever machine

interface Held {
  readonly roles: Role[];
  /** Of composed roles. */
  readonly permissions?: Permission[];
}

/** Of whom a house demands a second factor. */
class Scene {
  private constructor(readonly house: House, private readonly administratorToken: string) {}

  static async open(environment: Environment): Promise<Scene> {
    const house = await startHouse(environment);
    return new Scene(house, (await signInAdministrator(house)).accessToken);
  }

  async enter({ roles, permissions = [] }: Held): Promise<TokenPair> {
    const credentials = { email: `${randomUUID()}@example.org`, password: 'violet giraffes hum hymns' };
    const user = await this.house.auth.createAccount({ ...credentials, displayName: 'Newcomer', roles }, fresh(await asHolder(this.house, this.administratorToken)));
    await forgetGiven(this.house, user.userId);
    const known = Directory.people.get(user.userId);
    if (known) Directory.people.set(user.userId, { ...known, permissions });
    return this.house.auth.login(credentials, stranger());
  }

  async demandsOf(held: Held): Promise<boolean> {
    const tokens = await this.enter(held);
    const call = await asHolder(this.house, tokens.accessToken);
    const { demanded } = await this.house.auth.listFactors({}, call);
    expect([tokens.mustEnrol ?? false, call.user.restricted ?? false]).toEqual([demanded, demanded]);
    return demanded;
  }
}

describe.each(['enforced', 'offered'] as const)('a second factor, %s', (policy) => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await Scene.open({ AUTH_FACTOR_POLICY: policy });
  });
  afterAll(() => scene?.house.close());

  it('is demanded of administrators and privacy officers, whatever the settings', async () => {
    expect(await scene.demandsOf({ roles: ['admin'] })).toBe(true);
    expect(await scene.demandsOf({ roles: ['viewer', 'privacy_officer'] })).toBe(true);
    expect(await scene.demandsOf({ roles: ['viewer'] })).toBe(false);
    expect(await scene.demandsOf({ roles: ['clinician'] })).toBe(policy === 'enforced');
  });

  it('is demanded of composed roles that give what only those give', async () => {
    const oversight: Permission[] = [
      'people.read', 'people.create', 'people.change', 'people.change-roles', 'people.provision', 'roles.define', 'audit.read', 'audit.verify', 'audit.export', 'audit.hold',
      'break-glass.review', 'panel.read', 'collections.change', 'documents.upload', 'documents.delete',
    ];
    for (const permission of oversight) expect([permission, await scene.demandsOf({ roles: ['viewer'], permissions: [permission] })]).toEqual([permission, true]);
    for (const permission of ['passages.search', 'documents.open-original', 'api-keys.manage'] as const) expect(await scene.demandsOf({ roles: ['viewer'], permissions: [permission] })).toBe(false);
    expect(await scene.demandsOf({ roles: ['viewer'], permissions: ['break-glass.use'] })).toBe(policy === 'enforced'); // of clinicians and nurses
  });

  it('that is demanded no longer leaves no short password behind, factor or none', async () => {
    if (policy === 'offered') return;
    const { house } = scene;
    const administrator = async () => fresh(await asHolder(house, (await signInAdministrator(house)).accessToken));
    const credentials = { email: `${randomUUID()}@example.org`, password: 'kelp moth' };
    const { userId } = await house.auth.createAccount({ ...credentials, displayName: 'Newcomer', roles: ['clinician'] }, await administrator());
    await forgetGiven(house, userId);
    const first = await house.auth.login(credentials, stranger());
    expect([first.mustEnrol, first.mustChangePassword]).toEqual([true, undefined]);
    await house.users.changeRoles({ userId, roles: ['viewer'] }, await administrator());
    await until(() => house.verifier.verify(first.accessToken).then(() => false, () => true));
    const demoted = await house.auth.login(credentials, stranger());
    expect(demoted.mustChangePassword).toBe(true);
    const call = await asHolder(house, demoted.accessToken);
    await expect(house.auth.listFactors({}, call)).rejects.toMatchObject({ code: 'PASSWORD_CHANGE_REQUIRED' });
    await expect(house.auth.changePassword({ currentPassword: credentials.password, newPassword: 'moth kelp' }, call)).rejects.toMatchObject({ code: 'PASSWORD_REFUSED' });
    await house.auth.changePassword({ currentPassword: credentials.password, newPassword: 'kelp moth under the lamp' }, call);
    const after = await house.auth.login({ ...credentials, password: 'kelp moth under the lamp' }, stranger());
    expect(after.mustChangePassword).toBeUndefined();
  });

  it('is asked of those who have one, and the page says what the installation demands', async () => {
    const { accessToken } = await scene.enter({ roles: ['viewer'] });
    expect(await scene.house.auth.listFactors({}, await asHolder(scene.house, accessToken))).toMatchObject({ demanded: false, policy });
  });
});

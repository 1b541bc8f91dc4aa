import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ConfigError, startPostgres, whenServer, type Environment } from '@voiceassist/kit';
import { provisionDatabase } from '@voiceassist/storage';
import { asHolder, Directory, signInAdministrator, startHouse, stranger, until, type House } from '../testing/house.js';

jest.setTimeout(120_000); // a database is started, on whatever machine

describe('a new installation', () => {
  let folder: string;
  let printed: string;
  const houses: House[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'voiceassist-auth-'));
    printed = '';
    Directory.people.clear();
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed += String(text);
      return true;
    });
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await Promise.all(houses.splice(0).map((house) => house.close()));
    await rm(folder, { recursive: true });
  });

  const open = async (environment: Environment = {}) => {
    const house = await startHouse({ DATABASE_URL: `pglite:${folder}/sql`, ...environment });
    houses.push(house);
    return house;
  };
  const ready = (house: House) => until(async () => (await fetch(`${house.running.url}/ready`)).status === 200);
  const boxes = () => printed.match(/First administrator/g)?.length ?? 0;
  const keyOf = async (house: House) => (await house.sql.query<[{ kid: string; sealed: boolean; key: string }]>(
    'SELECT kid, sealed, private_key AS key FROM auth.signing_key'))[0];

  it('prints a generated password once, with which the administrator can sign in, and never again', async () => {
    const house = await open({ ADMIN_PASSWORD: '' });
    await ready(house);
    expect(boxes()).toBe(1);
    const email = /e-mail +(\S+)/.exec(printed)?.[1] ?? '';
    const password = /password +(\S+)/.exec(printed)?.[1] ?? '';
    const given = await house.auth.login({ email, password }, stranger());
    expect(given).toMatchObject({ user: { roles: ['admin'] }, mustChangePassword: true });
    const call = await asHolder(house, given.accessToken);
    expect(call.user.mustChangePassword).toBe(true);
    await expect(house.auth.listSessions({}, call)).rejects.toMatchObject({ code: 'PASSWORD_CHANGE_REQUIRED' });
    await expect(house.auth.beginTotp({}, call)).rejects.toMatchObject({ code: 'PASSWORD_CHANGE_REQUIRED' });
    await expect(house.auth.changePassword({ currentPassword: password, newPassword: password }, call)).rejects.toMatchObject({ code: 'PASSWORD_REFUSED' });
    await houses.pop()?.close();
    const again = await open({ ADMIN_PASSWORD: '' });
    await ready(again);
    expect(boxes()).toBe(1);
    await expect(again.auth.login({ email, password }, stranger())).resolves.toBeDefined();
  });

  it('takes address and password from the settings without printing them, waits for users, and leaves the account alone later', async () => {
    Directory.awayFor = 3;
    const settings = { ADMIN_EMAIL: 'chief@hospital.example.org', ADMIN_PASSWORD: 'eleven quiet corridors' };
    const house = await open(settings);
    await ready(house);
    expect(Directory.awayFor).toBe(0);
    expect(printed).not.toContain('eleven quiet corridors');
    await houses.pop()?.close();
    const again = await open({ ...settings, ADMIN_PASSWORD: 'twelve noisy corridors' });
    await ready(again);
    // the operator's own choice need not be replaced
    expect(await again.auth.login({ email: settings.ADMIN_EMAIL, password: settings.ADMIN_PASSWORD }, stranger())).not.toHaveProperty('mustChangePassword');
    await expect(again.auth.login({ email: settings.ADMIN_EMAIL, password: 'twelve noisy corridors' }, stranger())).rejects.toBeDefined();
  });

  it('refuses to start with a bad first password, and does not show it', async () => {
    await expect(open({ ADMIN_PASSWORD: 'too short' })).rejects.toThrow(ConfigError);
    await expect(open({ ADMIN_PASSWORD: 'too short' })).rejects.not.toThrow(/too short/);
    await expect(open({ ADMIN_PASSWORD: 'voiceassist-admin' })).rejects.toThrow(/ADMIN_PASSWORD/);
  });

  it('keeps its signing key sealed over restarts, seals it anew when it gets a key of its own, and then starts only with that key', async () => {
    const first = await open();
    const tokens = await signInAdministrator(first);
    const plain = await keyOf(first);
    expect(plain).toMatchObject({ sealed: true, key: expect.stringMatching(/^va1\./) });
    await houses.pop()?.close();

    const AUTH_KEY_ENCRYPTION_KEY = randomBytes(32).toString('base64');
    const second = await open({ AUTH_KEY_ENCRYPTION_KEY });
    await ready(second);
    const sealed = await keyOf(second);
    expect(sealed).toMatchObject({ kid: plain.kid, sealed: true, key: expect.stringMatching(/^v1\./) });
    await expect(second.verifier.verify(tokens.accessToken)).resolves.toBeDefined();
    await expect(second.auth.refresh({ refreshToken: tokens.refreshToken }, stranger())).resolves.toBeDefined();
    await houses.pop()?.close();

    await expect(open()).rejects.toThrow(/AUTH_KEY_ENCRYPTION_KEY/);
    await expect(open({ AUTH_KEY_ENCRYPTION_KEY: randomBytes(32).toString('base64') })).rejects.toThrow(/AUTH_KEY_ENCRYPTION_KEY/);
    await ready(await open({ AUTH_KEY_ENCRYPTION_KEY }));
  });

  whenServer('postgres', () => {
    it('has one administrator and one signing key, however many replicas start at once', async () => {
      const server = await startPostgres();
      await provisionDatabase({ adminUrl: server.url, schemas: [{ schema: 'auth' }, { schema: 'users' }] });
      const environment = { DATABASE_URL: server.url, ADMIN_PASSWORD: '' };
      const replicas = await Promise.all([open(environment), open(environment)]);
      await Promise.all(replicas.map(ready));
      expect(boxes()).toBe(1);
      expect(Directory.people.size).toBe(1);
      const keys = await Promise.all(replicas.map((house) => house.auth.listKeys({}, stranger())));
      expect(keys[0]).toEqual(keys[1]);
      expect(keys[0]?.keys).toHaveLength(1);
      const password = /password +(\S+)/.exec(printed)?.[1] ?? '';
      const tokens = await replicas[0]?.auth.login({ email: 'admin@voiceassist.local', password }, stranger());
      await expect(replicas[1]?.verifier.verify(tokens?.accessToken ?? '')).resolves.toBeDefined();
      await Promise.all(houses.splice(0).map((house) => house.close()));
      await server.stop();
    });
  });
});

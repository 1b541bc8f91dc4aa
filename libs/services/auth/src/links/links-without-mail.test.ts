import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { asHolder, auditRows, until } from '../testing/house.js';
import { code, linkOf, Scene, someone } from '../testing/link-scene.js';

jest.setTimeout(120_000); // a database is started, on whatever machine

describe('links without a mail server', () => {
  let scene: Scene;
  let printed = '';

  beforeAll(async () => {
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed += String(text);
      return true;
    });
    scene = await Scene.open();
  });
  afterAll(async () => {
    await scene?.house.close();
    jest.restoreAllMocks();
  });

  it('are shown to an administrator with a fresh factor, to nobody else, and in no log', async () => {
    const email = someone();
    const { userId } = await scene.invite(email);
    const administrator = await scene.administrator();
    await until(async () => (await scene.house.auth.listPendingLinks({}, administrator)).links.some((link) => link.userId === userId));
    const { links, mail } = await scene.house.auth.listPendingLinks({}, administrator);
    const linkId = links.find((link) => link.userId === userId)?.linkId ?? '';
    expect(mail).toBe('off');
    expect(JSON.stringify(links)).not.toContain('val_');
    const { tokens } = await scene.newcomer();
    await expect(scene.house.auth.listPendingLinks({}, await asHolder(scene.house, tokens.accessToken))).rejects.toEqual(code('FORBIDDEN'));
    await expect(scene.house.auth.revealLink({ linkId }, administrator.with({ actor: { ...administrator.user, factorAt: undefined } }))).rejects.toEqual(code('STEP_UP_REQUIRED'));
    const first = linkOf((await scene.house.auth.revealLink({ linkId }, administrator)).url);
    const second = linkOf((await scene.house.auth.revealLink({ linkId }, administrator)).url);
    await expect(scene.choose(first)).rejects.toEqual(code('LINK_NOT_VALID'));
    await scene.choose(second);
    await expect(scene.login(email)).resolves.toBeDefined();
    await expect(scene.house.auth.revealLink({ linkId }, administrator)).rejects.toEqual(code('LINK_NOT_FOUND'));
    expect((await auditRows(scene.house, 'auth.reveal-link')).map(({ subjects }) => subjects)).toContainEqual({ linkId, userId });
    const [account] = await scene.house.sql.query<[{ at: Date | null }]>('SELECT email_verified_at AS at FROM auth.account WHERE user_id = $1', [userId]);
    expect(account.at).toBeNull();
    expect(printed).not.toContain('val_');
    const rows = await scene.house.sql.query<unknown[]>('SELECT payload FROM auth.outbox');
    expect(JSON.stringify(rows)).not.toMatch(/val_|kettles/);
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditRecord, Role, UserActor } from '@voiceassist/contracts';
import { Call } from '@voiceassist/kit';
import { AuthModule } from '../auth.module.js';
import { administrator, Directory, newcomer, signInAdministrator, startHouse, until, type House } from '../testing/house.js';
import { MailServer } from '../testing/mail-server.js';
import { EmergencyReminders } from './emergency-reminders.js';

const reason = 'Unconscious patient, the allergy list is in this collection.';

describe('emergency access', () => {
  let house: House;
  let mail: MailServer;
  let administratorToken: string;

  beforeAll(async () => {
    mail = await MailServer.start();
    house = await startHouse({ SMTP_URL: mail.url, SMTP_REQUIRE_TLS: 'false', MAIL_FROM: 'VoiceAssist <no-reply@hospital.example>', JOBS_RETRY_MS: '20' });
    administratorToken = (await signInAdministrator(house)).accessToken;
  }, 120_000);
  afterAll(async () => {
    await house?.close();
    await mail?.stop();
  });

  const actorOf = async (token: string) => (await house.verifier.verify(token)).actor;
  const callOf = (actor: UserActor, fresh = true) => Call.begin({ actor: fresh ? { ...actor, factorAt: Math.floor(Date.now() / 1_000) } : actor });
  const person = async (role: Role) => actorOf((await newcomer(house, administratorToken, [role])).tokens.accessToken);

  it('opens one collection for the session, for an hour, in every token of it', async () => {
    const nurse = await person('nurse');
    const collectionId = randomUUID();
    const { emergency, access } = await house.auth.openEmergency({ collectionId, reason }, callOf(nurse));
    expect(emergency).toMatchObject({ userId: nurse.userId, collectionId, active: true, review: null });
    expect(new Date(emergency.endsAt).getTime() - new Date(emergency.openedAt).getTime()).toBe(3_600_000);
    const carried = { emergencyId: emergency.emergencyId, collectionId, until: Math.floor(new Date(emergency.endsAt).getTime() / 1_000) };
    expect((await actorOf(access.accessToken)).emergency).toEqual(carried);
    expect(await house.auth.readOwnEmergency({}, callOf(nurse))).toEqual({ emergency });
    const [stored] = await house.sql.query<{ reason: string }[]>('SELECT reason FROM auth.emergency WHERE emergency_id = $1', [emergency.emergencyId]);
    expect(stored?.reason).not.toContain('patient');
    await expect(house.auth.openEmergency({ collectionId, reason }, callOf(nurse))).rejects.toMatchObject({ code: 'EMERGENCY_ACTIVE' });
  });

  it('is told at once to the privacy officers, to administrators while there are none, and says nothing of the reason', async () => {
    const told = (address: string) => mail.mailsTo(address).filter(({ headers }) => headers.get('subject') === 'Emergency access was opened in VoiceAssist');
    await house.auth.openEmergency({ collectionId: randomUUID(), reason }, callOf(await person('nurse')));
    await until(() => told(administrator.email).length > 0);
    const { user } = await newcomer(house, administratorToken, ['privacy_officer']);
    await house.auth.openEmergency({ collectionId: randomUUID(), reason }, callOf(await person('nurse')));
    await until(() => told(user.email).length === 1);
    expect(told(user.email)[0]?.body).not.toContain('Unconscious');
  });

  it('waits for nobody, and is told as soon as it can be found out whom to tell', async () => {
    const officer = await newcomer(house, administratorToken, ['privacy_officer']);
    const nurse = await person('nurse');
    Directory.silentFor = 4;
    const { emergency } = await house.auth.openEmergency({ collectionId: randomUUID(), reason }, callOf(nurse));
    expect(emergency.active).toBe(true);
    const told = () => mail.mailsTo(officer.user.email).filter(({ headers }) => headers.get('subject') === 'Emergency access was opened in VoiceAssist');
    await until(() => told().length === 1);
    expect(Directory.silentFor).toBe(0);
    // as if every attempt had failed: the next look at what is overdue tells it
    await house.sql.query('UPDATE auth.emergency SET announced_at = NULL WHERE emergency_id = $1', [emergency.emergencyId]);
    await house.running.get(AuthModule, EmergencyReminders).remind();
    await until(() => told().length === 2);
    await house.running.get(AuthModule, EmergencyReminders).remind();
    const [{ open }] = await house.sql.query<[{ open: number }]>('SELECT count(*)::int AS open FROM auth.emergency WHERE announced_at IS NULL');
    expect(open).toBe(0);
  });

  it('is marked on every page of whoever reviews, from the moment on and until the review, with mail or without', async () => {
    const [officer, nurse] = [await person('privacy_officer'), await person('nurse')];
    const waiting = async () => (await house.auth.countWaitingEmergencies({}, callOf(officer))).waiting;
    const before = await waiting();
    const { emergency: { emergencyId } } = await house.auth.openEmergency({ collectionId: randomUUID(), reason }, callOf(nurse));
    expect(await waiting()).toBe(before + 1);
    await house.auth.endEmergency({}, callOf(nurse));
    expect(await waiting()).toBe(before + 1);
    await house.auth.reviewEmergency({ emergencyId, verdict: 'justified', note: 'Confirmed with the ward.' }, callOf(officer));
    expect(await waiting()).toBe(before);
    await expect(house.auth.countWaitingEmergencies({}, callOf(nurse))).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('may name a patient, who is kept sealed, shown to the officer, and stands in the audit as a pseudonym', async () => {
    const [officer, nurse, other] = [await person('privacy_officer'), await person('nurse'), await person('nurse')];
    const { emergency, access } = await house.auth.openEmergency({ collectionId: randomUUID(), reason, patient: 'MRN 4711-x' }, callOf(nurse));
    expect(emergency).toMatchObject({ patient: 'MRN 4711-x', collectionName: null }); // nobody answers for the knowledge base here
    const { patient } = (await actorOf(access.accessToken)).emergency!;
    expect(patient).toMatch(/^[0-9a-f]{64}$/);
    const { access: again } = await house.auth.openEmergency({ collectionId: randomUUID(), reason, patient: ' mrn  4711-X' }, callOf(other));
    expect((await actorOf(again.accessToken)).emergency!.patient).toBe(patient);
    const stored = await house.sql.query<object[]>('SELECT * FROM auth.emergency');
    expect(JSON.stringify(stored)).not.toContain('4711');
    const { items } = await house.auth.listEmergencies({ page: 1, pageSize: 100 }, callOf(officer));
    expect(items.find(({ emergencyId }) => emergencyId === emergency.emergencyId)).toMatchObject({ patient: 'MRN 4711-x' });
    const rows = await house.sql.query<{ payload: AuditRecord }[]>(`SELECT payload FROM auth.outbox WHERE payload->>'action' = 'auth.open-emergency' AND payload->>'patient' = $1`, [patient]);
    expect(rows).toHaveLength(2);
    expect(JSON.stringify(rows)).not.toContain('4711');
  });

  it('is asked about once a day while its review is overdue, and its holder cannot open another one when that lasts', async () => {
    const overdue = (address: string) => mail.mailsTo(address).filter(({ headers }) => headers.get('subject') === 'Reviews of emergency access are overdue in VoiceAssist');
    const [nurse, { user: officer }] = [await person('nurse'), await newcomer(house, administratorToken, ['privacy_officer'])];
    const { emergency: { emergencyId } } = await house.auth.openEmergency({ collectionId: randomUUID(), reason }, callOf(nurse));
    await house.auth.endEmergency({}, callOf(nurse));
    const reminders = house.running.get(AuthModule, EmergencyReminders);
    await reminders.remind();
    const endedDaysAgo = (days: number) => house.sql.query(`UPDATE auth.emergency SET ends_at = now() - make_interval(days => $2) WHERE emergency_id = $1`, [emergencyId, days]);
    await endedDaysAgo(4);
    await reminders.remind();
    await reminders.remind();
    await until(() => overdue(officer.email).length > 0);
    await reminders.remind(new Date(Date.now() + 25 * 3_600_000));
    await until(() => overdue(officer.email).length > 1);
    expect(overdue(officer.email)).toHaveLength(2);
    await house.auth.openEmergency({ collectionId: randomUUID(), reason }, callOf(nurse));
    await house.auth.endEmergency({}, callOf(nurse));
    await endedDaysAgo(15);
    await expect(house.auth.openEmergency({ collectionId: randomUUID(), reason }, callOf(nurse))).rejects.toMatchObject({ code: 'EMERGENCY_SUSPENDED' });
    await house.auth.reviewEmergency({ emergencyId, verdict: 'justified', note: 'Late, but justified.' }, callOf(await person('privacy_officer')));
    await house.auth.openEmergency({ collectionId: randomUUID(), reason }, callOf(nurse));
  });

  it('lets two attempts at once open one', async () => {
    const nurse = await person('nurse');
    const attempts = await Promise.allSettled([1, 2, 3].map(() => house.auth.openEmergency({ collectionId: randomUUID(), reason }, callOf(nurse))));
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('demands a fresh factor, a reason and a role that may', async () => {
    const collectionId = randomUUID();
    const clinician = await person('clinician');
    await expect(house.auth.openEmergency({ collectionId, reason }, callOf(clinician, false))).rejects.toMatchObject({ code: 'STEP_UP_REQUIRED' });
    await expect(house.auth.openEmergency({ collectionId, reason: 'urgent' }, callOf(clinician))).rejects.toMatchObject({ code: 'INVALID_INPUT', field: 'reason' });
    for (const role of ['viewer', 'researcher', 'admin', 'privacy_officer'] as const) {
      await expect(house.auth.openEmergency({ collectionId, reason }, callOf(await person(role)))).rejects.toMatchObject({ code: 'FORBIDDEN' });
    }
  });

  it('ends for every token of the session when its holder or a privacy officer ends it', async () => {
    const officer = await person('privacy_officer');
    for (const endedBy of ['holder', 'officer']) {
      const nurse = await person('nurse');
      const { emergency, access } = await house.auth.openEmergency({ collectionId: randomUUID(), reason }, callOf(nurse));
      if (endedBy === 'holder') expect((await actorOf((await house.auth.endEmergency({}, callOf(nurse))).accessToken)).emergency).toBeUndefined();
      else expect(await house.auth.revokeEmergency({ emergencyId: emergency.emergencyId }, callOf(officer))).toMatchObject({ active: false });
      await until(async () => (await actorOf(access.accessToken)).emergency === undefined);
      expect(await house.auth.readOwnEmergency({}, callOf(nurse))).toEqual({ emergency: null });
    }
    await expect(house.auth.endEmergency({}, callOf(await person('nurse')))).rejects.toMatchObject({ code: 'EMERGENCY_NOT_FOUND' });
  });

  it('waits for a review by somebody else, given once, after its end', async () => {
    const [officer, nurse] = [await person('privacy_officer'), await person('nurse')];
    const { emergency: { emergencyId } } = await house.auth.openEmergency({ collectionId: randomUUID(), reason }, callOf(nurse));
    const judgement = { emergencyId, verdict: 'justified', note: 'Confirmed with the ward.' } as const;
    await expect(house.auth.reviewEmergency(judgement, callOf(officer))).rejects.toMatchObject({ code: 'EMERGENCY_ACTIVE' });
    await house.auth.endEmergency({}, callOf(nurse));
    const herself: UserActor = { ...nurse, roles: ['nurse', 'privacy_officer'] };
    await expect(house.auth.reviewEmergency(judgement, callOf(herself))).rejects.toMatchObject({ code: 'OWN_EMERGENCY' });
    await expect(house.auth.reviewEmergency(judgement, callOf(nurse))).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await house.auth.reviewEmergency(judgement, callOf(officer))).toMatchObject({ review: { reviewedBy: officer.userId, verdict: 'justified' } });
    await expect(house.auth.reviewEmergency(judgement, callOf(officer))).rejects.toMatchObject({ code: 'EMERGENCY_REVIEWED' });
    const { items } = await house.auth.listEmergencies({ page: 1, pageSize: 100 }, callOf(officer));
    const reviewed = items.map(({ review }) => review !== null);
    expect(reviewed).toEqual([...reviewed].sort());
    expect(reviewed.at(-1)).toBe(true);
  });
});

import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { auth, emergencyMinutes, paginationOf, type EmergencyAccess, type PageQuery, type ParsedInputOf, type RenewedAccess } from '@voiceassist/contracts';
import { failure, type Call } from '@voiceassist/kit';
import { noteChange, noteForAudit } from '@voiceassist/messaging';
import { AuthConfig } from '../auth.config.js';
import { AuthSecrets } from '../keys/auth-secrets.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { CollectionNames } from './collection-names.js';
import { EmergenciesRepository } from './emergencies.repository.js';
import type { Emergency } from './emergency.entity.js';
import { EmergencyNotice } from './emergency-notice.js';
import { PatientPseudonyms } from './patient-pseudonyms.js';

const minuteMs = 60_000;
const dayMs = 86_400_000;
const placeOf = (emergencyId: string, field: 'reason' | 'note' | 'patient') => `emergency ${emergencyId} ${field}`;

/** Emergency access of one session to one collection: opened with a reason, told at once, ended by time or by people, reviewed. */
@Injectable()
export class Emergencies {
  constructor(
    private readonly emergencies: EmergenciesRepository,
    private readonly sessions: SessionsService,
    private readonly notice: EmergencyNotice,
    private readonly secrets: AuthSecrets,
    private readonly patients: PatientPseudonyms,
    private readonly names: CollectionNames,
    private readonly config: AuthConfig,
  ) {}

  async open({ collectionId, reason, patient }: ParsedInputOf<typeof auth.openEmergency>, call: Call): Promise<{ emergency: EmergencyAccess; access: RenewedAccess }> {
    const { userId, sessionId } = call.user;
    const openedAt = new Date();
    await this.assertNotSuspended(userId, openedAt);
    const emergencyId = randomUUID();
    const sealed = await this.secrets.close(reason, placeOf(emergencyId, 'reason'));
    const named = await this.sealedPatient(emergencyId, patient);
    noteForAudit(call, { patient: named.patientPseudonym ?? undefined });
    const emergency = { emergencyId, userId, sessionId, collectionId, reason: sealed, ...named, openedAt, endsAt: new Date(openedAt.getTime() + emergencyMinutes * minuteMs) };
    const inserted = await this.emergencies.insert(emergency, (manager) => this.notice.begin(manager, emergencyId));
    if (!inserted) throw failure(auth.openEmergency, 'EMERGENCY_ACTIVE', 'End your present emergency access first.');
    this.notice.opened(emergency);
    const access = await this.sessions.renewAccess(call);
    return { emergency: await this.shownOne(emergencyId, call), access };
  }

  async end(call: Call): Promise<RenewedAccess> {
    const active = await this.emergencies.activeOf(call.user.sessionId);
    if (!active || !(await this.emergencies.end(active.emergencyId))) throw unknown();
    return this.sessions.renewAccess(call);
  }

  async readOwn(call: Call): Promise<EmergencyAccess | null> {
    const active = await this.emergencies.activeOf(call.user.sessionId);
    return active && this.shownOne(active.emergencyId, call);
  }

  async list(query: PageQuery, call: Call) {
    const { items, total } = await this.emergencies.page(query);
    const names = await this.names.of(items.map(({ collectionId }) => collectionId), call);
    return { items: await Promise.all(items.map((item) => this.shown(item, names))), pagination: paginationOf(query, total) };
  }

  countWaiting(): Promise<number> {
    return this.emergencies.countWaiting();
  }

  async revoke(emergencyId: string, call: Call): Promise<EmergencyAccess> {
    await this.emergencies.end(emergencyId);
    return this.shownOne(emergencyId, call);
  }

  async review({ emergencyId, verdict, note }: ParsedInputOf<typeof auth.reviewEmergency>, call: Call): Promise<EmergencyAccess> {
    const emergency = await this.known(emergencyId);
    if (emergency.userId === call.user.userId) throw failure(auth.reviewEmergency, 'OWN_EMERGENCY', 'Somebody else has to review your own emergency access.');
    if (emergency.endsAt > new Date()) throw failure(auth.reviewEmergency, 'EMERGENCY_ACTIVE', 'It has not ended yet.');
    const reviewed = await this.emergencies.review(emergencyId, { reviewedBy: call.user.userId, reviewedAt: new Date(), verdict, note: await this.secrets.close(note, placeOf(emergencyId, 'note')) });
    if (!reviewed) throw failure(auth.reviewEmergency, 'EMERGENCY_REVIEWED', 'It has been reviewed already.');
    noteChange(call, { before: { emergencyId, verdict: null }, after: { emergencyId, verdict, reviewedBy: call.user.userId } });
    return this.shownOne(emergencyId, call);
  }

  /** Who leaves the officers without an answer for too long loses the privilege until they have judged. */
  private async assertNotSuspended(userId: string, now: Date): Promise<void> {
    const endedBefore = new Date(now.getTime() - this.config.EMERGENCY_SUSPEND_DAYS * dayMs);
    if ((await this.emergencies.countOverdue(endedBefore, userId)) === 0) return;
    throw failure(auth.openEmergency, 'EMERGENCY_SUSPENDED', 'An earlier emergency access of yours has not been reviewed. Ask a privacy officer to review it first.');
  }

  private async sealedPatient(emergencyId: string, patient: string | undefined): Promise<Pick<Emergency, 'patient' | 'patientPseudonym'>> {
    if (patient === undefined) return { patient: null, patientPseudonym: null };
    return { patient: await this.secrets.close(patient, placeOf(emergencyId, 'patient')), patientPseudonym: await this.patients.of(patient) };
  }

  private async shownOne(emergencyId: string, call: Call): Promise<EmergencyAccess> {
    const emergency = await this.known(emergencyId);
    return this.shown(emergency, await this.names.of([emergency.collectionId], call));
  }

  /** What people wrote is kept sealed: a reason may name a patient. */
  private async shown({ emergencyId, userId, collectionId, reason, patient, openedAt, endsAt, ...given }: Emergency, names: ReadonlyMap<string, string>): Promise<EmergencyAccess> {
    const { reviewedBy, reviewedAt, verdict, note } = given;
    const review = reviewedBy && reviewedAt && verdict
      ? { reviewedBy, reviewedAt: reviewedAt.toISOString(), verdict, note: await this.secrets.open(note ?? '', placeOf(emergencyId, 'note')) }
      : null;
    return {
      emergencyId, userId, collectionId, collectionName: names.get(collectionId) ?? null, reason: await this.secrets.open(reason, placeOf(emergencyId, 'reason')),
      patient: patient === null ? null : await this.secrets.open(patient, placeOf(emergencyId, 'patient')),
      reviewDueAt: new Date(endsAt.getTime() + this.config.EMERGENCY_REVIEW_DAYS * dayMs).toISOString(),
      openedAt: openedAt.toISOString(), endsAt: endsAt.toISOString(), active: endsAt > new Date(), review,
    };
  }

  private async known(emergencyId: string): Promise<Emergency> {
    const emergency = await this.emergencies.find(emergencyId);
    if (!emergency) throw unknown();
    return emergency;
  }
}

const unknown = () => failure(auth.reviewEmergency, 'EMERGENCY_NOT_FOUND', 'There is no such emergency access.');

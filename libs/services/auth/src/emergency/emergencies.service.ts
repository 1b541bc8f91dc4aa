import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { auth, emergencyMinutes, paginationOf, type EmergencyAccess, type PageQuery, type ParsedInputOf, type RenewedAccess } from '@voiceassist/contracts';
import { failure, type Call } from '@voiceassist/kit';
import { noteChange } from '@voiceassist/messaging';
import { AuthSecrets } from '../keys/auth-secrets.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { EmergenciesRepository } from './emergencies.repository.js';
import type { Emergency } from './emergency.entity.js';
import { EmergencyNotice } from './emergency-notice.js';

const minuteMs = 60_000;
const placeOf = (emergencyId: string, field: 'reason' | 'note') => `emergency ${emergencyId} ${field}`;

/** Emergency access of one session to one collection: opened with a reason, told at once, ended by time or by people, reviewed. */
@Injectable()
export class Emergencies {
  constructor(
    private readonly emergencies: EmergenciesRepository,
    private readonly sessions: SessionsService,
    private readonly notice: EmergencyNotice,
    private readonly secrets: AuthSecrets,
  ) {}

  async open({ collectionId, reason }: ParsedInputOf<typeof auth.openEmergency>, call: Call): Promise<{ emergency: EmergencyAccess; access: RenewedAccess }> {
    const { userId, sessionId } = call.user;
    const openedAt = new Date();
    const emergencyId = randomUUID();
    const sealed = await this.secrets.close(reason, placeOf(emergencyId, 'reason'));
    const emergency = { emergencyId, userId, sessionId, collectionId, reason: sealed, openedAt, endsAt: new Date(openedAt.getTime() + emergencyMinutes * minuteMs) };
    const recipients = await this.notice.recipients(call);
    const inserted = await this.emergencies.insert(emergency, (manager) => this.notice.write(manager, recipients));
    if (!inserted) throw failure(auth.openEmergency, 'EMERGENCY_ACTIVE', 'End your present emergency access first.');
    this.notice.opened(emergency);
    const access = await this.sessions.renewAccess(call);
    return { emergency: await this.shown(await this.known(emergencyId)), access };
  }

  async end(call: Call): Promise<RenewedAccess> {
    const active = await this.emergencies.activeOf(call.user.sessionId);
    if (!active || !(await this.emergencies.end(active.emergencyId))) throw unknown();
    return this.sessions.renewAccess(call);
  }

  async readOwn(call: Call): Promise<EmergencyAccess | null> {
    const active = await this.emergencies.activeOf(call.user.sessionId);
    return active && this.shown(active);
  }

  async list(query: PageQuery) {
    const { items, total } = await this.emergencies.page(query);
    return { items: await Promise.all(items.map((item) => this.shown(item))), pagination: paginationOf(query, total) };
  }

  async revoke(emergencyId: string): Promise<EmergencyAccess> {
    await this.emergencies.end(emergencyId);
    return this.shown(await this.known(emergencyId));
  }

  async review({ emergencyId, verdict, note }: ParsedInputOf<typeof auth.reviewEmergency>, call: Call): Promise<EmergencyAccess> {
    const emergency = await this.known(emergencyId);
    if (emergency.userId === call.user.userId) throw failure(auth.reviewEmergency, 'OWN_EMERGENCY', 'Somebody else has to review your own emergency access.');
    if (emergency.endsAt > new Date()) throw failure(auth.reviewEmergency, 'EMERGENCY_ACTIVE', 'It has not ended yet.');
    const reviewed = await this.emergencies.review(emergencyId, { reviewedBy: call.user.userId, reviewedAt: new Date(), verdict, note: await this.secrets.close(note, placeOf(emergencyId, 'note')) });
    if (!reviewed) throw failure(auth.reviewEmergency, 'EMERGENCY_REVIEWED', 'It has been reviewed already.');
    noteChange(call, { before: { emergencyId, verdict: null }, after: { emergencyId, verdict, reviewedBy: call.user.userId } });
    return this.shown(await this.known(emergencyId));
  }

  /** What people wrote is kept sealed: a reason may name a patient. */
  private async shown({ emergencyId, userId, collectionId, reason, openedAt, endsAt, reviewedBy, reviewedAt, verdict, note }: Emergency): Promise<EmergencyAccess> {
    const review = reviewedBy && reviewedAt && verdict
      ? { reviewedBy, reviewedAt: reviewedAt.toISOString(), verdict, note: await this.secrets.open(note ?? '', placeOf(emergencyId, 'note')) }
      : null;
    return {
      emergencyId, userId, collectionId, reason: await this.secrets.open(reason, placeOf(emergencyId, 'reason')),
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

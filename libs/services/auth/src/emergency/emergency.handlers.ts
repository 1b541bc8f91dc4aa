import { Controller } from '@nestjs/common';
import { auth, type ParsedInputOf, type PayloadOf } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import { Handles } from '@voiceassist/messaging';
import { Emergencies } from './emergencies.service.js';
import { EmergencyNotice } from './emergency-notice.js';

@Controller()
export class EmergencyHandlers {
  constructor(
    private readonly emergencies: Emergencies,
    private readonly notice: EmergencyNotice,
  ) {}

  @Handles(auth.openEmergency)
  open(input: ParsedInputOf<typeof auth.openEmergency>, call: Call) {
    return this.emergencies.open(input, call);
  }

  @Handles(auth.endEmergency)
  end(_: object, call: Call) {
    return this.emergencies.end(call);
  }

  @Handles(auth.readOwnEmergency)
  async readOwn(_: object, call: Call) {
    return { emergency: await this.emergencies.readOwn(call) };
  }

  @Handles(auth.listEmergencies)
  list(query: ParsedInputOf<typeof auth.listEmergencies>, call: Call) {
    return this.emergencies.list(query, call);
  }

  @Handles(auth.countWaitingEmergencies)
  async countWaiting() {
    return { waiting: await this.emergencies.countWaiting() };
  }

  @Handles(auth.announceEmergency)
  async announce({ emergencyId }: PayloadOf<typeof auth.announceEmergency>, call: Call) {
    await this.notice.announce(emergencyId, call);
  }

  @Handles(auth.revokeEmergency)
  revoke({ emergencyId }: ParsedInputOf<typeof auth.revokeEmergency>, call: Call) {
    return this.emergencies.revoke(emergencyId, call);
  }

  @Handles(auth.reviewEmergency)
  review(input: ParsedInputOf<typeof auth.reviewEmergency>, call: Call) {
    return this.emergencies.review(input, call);
  }
}

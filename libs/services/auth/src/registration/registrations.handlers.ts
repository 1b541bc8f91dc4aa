import { Controller } from '@nestjs/common';
import { auth, type ParsedInputOf, type PayloadOf } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import { Handles } from '@voiceassist/messaging';
import { Registrations } from './registrations.service.js';

@Controller()
export class RegistrationsHandlers {
  constructor(private readonly registrations: Registrations) {}

  @Handles(auth.requestAccount)
  async requestAccount(wanted: ParsedInputOf<typeof auth.requestAccount>, call: Call) {
    await this.registrations.request(wanted, call);
    return {};
  }

  @Handles(auth.makeRequestedAccount)
  async makeRequestedAccount(wanted: PayloadOf<typeof auth.makeRequestedAccount>, call: Call) {
    await this.registrations.make(wanted, call);
  }
}

import { Controller } from '@nestjs/common';
import { auth, type ParsedInputOf } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import { Handles } from '@voiceassist/messaging';
import { Provisioning } from './provisioning.service.js';

@Controller()
export class ProvisioningHandlers {
  constructor(private readonly provisioning: Provisioning) {}

  @Handles(auth.provisionAccount)
  provisionAccount(account: ParsedInputOf<typeof auth.provisionAccount>, call: Call) {
    return this.provisioning.provision(account, call);
  }

  @Handles(auth.changeAddress)
  async changeAddress(change: ParsedInputOf<typeof auth.changeAddress>, call: Call) {
    await this.provisioning.changeAddress(change, call);
    return {};
  }
}

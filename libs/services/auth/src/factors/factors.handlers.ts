import { Controller } from '@nestjs/common';
import { auth, type ParsedInputOf } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import { Handles } from '@voiceassist/messaging';
import { Enrolment } from './enrolment.service.js';
import { FactorChanges } from './factor-changes.service.js';
import { FactorSignIn } from './factor-sign-in.service.js';
import { StepUp } from './step-up.service.js';

@Controller()
export class FactorsHandlers {
  constructor(
    private readonly signIn: FactorSignIn,
    private readonly steps: StepUp,
    private readonly enrolment: Enrolment,
    private readonly changes: FactorChanges,
  ) {}

  @Handles(auth.verifyFactor)
  verifyFactor(input: ParsedInputOf<typeof auth.verifyFactor>, call: Call) {
    return this.signIn.verify(input, call);
  }

  @Handles(auth.beginPasskeySignIn)
  beginPasskeySignIn() {
    return this.signIn.beginWithPasskey();
  }

  @Handles(auth.signInWithPasskey)
  signInWithPasskey(input: ParsedInputOf<typeof auth.signInWithPasskey>, call: Call) {
    return this.signIn.withPasskey(input, call);
  }

  @Handles(auth.beginStepUp)
  beginStepUp(_: object, call: Call) {
    return this.steps.begin(call);
  }

  @Handles(auth.stepUp)
  stepUp(input: ParsedInputOf<typeof auth.stepUp>, call: Call) {
    return this.steps.complete(input, call);
  }

  @Handles(auth.listFactors)
  listFactors(_: object, call: Call) {
    return this.changes.overview(call);
  }

  @Handles(auth.beginTotp)
  beginTotp(_: object, call: Call) {
    return this.enrolment.beginTotp(call);
  }

  @Handles(auth.confirmTotp)
  confirmTotp(input: ParsedInputOf<typeof auth.confirmTotp>, call: Call) {
    return this.enrolment.confirmTotp(input, call);
  }

  @Handles(auth.beginPasskey)
  beginPasskey(_: object, call: Call) {
    return this.enrolment.beginPasskey(call);
  }

  @Handles(auth.addPasskey)
  addPasskey(input: ParsedInputOf<typeof auth.addPasskey>, call: Call) {
    return this.enrolment.addPasskey(input, call);
  }

  @Handles(auth.removeFactor)
  async removeFactor({ factorId }: ParsedInputOf<typeof auth.removeFactor>, call: Call) {
    await this.changes.remove(factorId, call);
    return {};
  }

  @Handles(auth.renewRecoveryCodes)
  async renewRecoveryCodes(_: object, call: Call) {
    return { recoveryCodes: await this.changes.renewRecoveryCodes(call) };
  }

  @Handles(auth.resetFactors)
  async resetFactors({ userId }: ParsedInputOf<typeof auth.resetFactors>, call: Call) {
    await this.changes.reset(userId, call);
    return {};
  }
}

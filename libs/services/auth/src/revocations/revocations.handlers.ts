import { Controller } from '@nestjs/common';
import { auth, type ParsedInputOf } from '@voiceassist/contracts';
import { Handles } from '@voiceassist/messaging';
import { RevocationsRepository } from './revocations.repository.js';

@Controller()
export class RevocationsHandlers {
  constructor(private readonly revocations: RevocationsRepository) {}

  @Handles(auth.listRevocations)
  listRevocations({ afterSequence }: ParsedInputOf<typeof auth.listRevocations>) {
    return this.revocations.listAfter(afterSequence);
  }
}

import { Controller } from '@nestjs/common';
import { auth } from '@voiceassist/contracts';
import { Handles } from '@voiceassist/messaging';
import { SigningKeys } from './signing-keys.js';

@Controller()
export class KeysHandlers {
  constructor(private readonly keys: SigningKeys) {}

  @Handles(auth.listKeys)
  async listKeys() {
    return { keys: await this.keys.publicKeys() };
  }
}

import { Controller } from '@nestjs/common';
import { auth, type ParsedInputOf } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import { Handles } from '@voiceassist/messaging';
import { ApiKeys } from './api-keys.service.js';

@Controller()
export class ApiKeysHandlers {
  constructor(private readonly keys: ApiKeys) {}

  @Handles(auth.createApiKey)
  create(input: ParsedInputOf<typeof auth.createApiKey>, call: Call) {
    return this.keys.create(input, call);
  }

  @Handles(auth.listApiKeys)
  async list(filter: ParsedInputOf<typeof auth.listApiKeys>, call: Call) {
    return { apiKeys: await this.keys.list(filter, call) };
  }

  @Handles(auth.revokeApiKey)
  async revoke({ keyId }: ParsedInputOf<typeof auth.revokeApiKey>, call: Call) {
    await this.keys.revoke(keyId, call);
    return {};
  }

  @Handles(auth.createServiceAccount)
  createServiceAccount({ displayName }: ParsedInputOf<typeof auth.createServiceAccount>, call: Call) {
    return this.keys.createServiceAccount(displayName, call);
  }

  @Handles(auth.verifyApiKey)
  verify(presented: ParsedInputOf<typeof auth.verifyApiKey>, call: Call) {
    return this.keys.verify(presented, call);
  }
}

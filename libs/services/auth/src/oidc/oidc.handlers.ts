import { Controller } from '@nestjs/common';
import { auth, type ParsedInputOf } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import { Handles } from '@voiceassist/messaging';
import { IdentityProviders } from './identity-providers.js';
import { OwnIdentities } from './own-identities.service.js';
import { ProviderSignIn } from './provider-sign-in.service.js';
import { ProviderSignOut } from './provider-sign-out.service.js';

@Controller()
export class OidcHandlers {
  constructor(
    private readonly providers: IdentityProviders,
    private readonly signIn: ProviderSignIn,
    private readonly signOut: ProviderSignOut,
    private readonly own: OwnIdentities,
  ) {}

  @Handles(auth.listProviders)
  async listProviders() {
    return { providers: this.providers.all.map(({ settings: { id, label } }) => ({ providerId: id, label })) };
  }

  @Handles(auth.beginProviderSignIn)
  beginProviderSignIn(attempt: ParsedInputOf<typeof auth.beginProviderSignIn>) {
    return this.signIn.begin(attempt);
  }

  @Handles(auth.completeProviderSignIn)
  completeProviderSignIn(returned: ParsedInputOf<typeof auth.completeProviderSignIn>, call: Call) {
    return this.signIn.complete(returned, call);
  }

  @Handles(auth.listIdentities)
  async listIdentities(_: object, call: Call) {
    return { identities: await this.own.list(call) };
  }

  @Handles(auth.beginIdentityLink)
  beginIdentityLink({ providerId }: ParsedInputOf<typeof auth.beginIdentityLink>, call: Call) {
    return this.own.begin(providerId, call);
  }

  @Handles(auth.linkIdentity)
  linkIdentity(returned: ParsedInputOf<typeof auth.linkIdentity>, call: Call) {
    return this.own.link(returned, call);
  }

  @Handles(auth.unlinkIdentity)
  async unlinkIdentity({ identityId }: ParsedInputOf<typeof auth.unlinkIdentity>, call: Call) {
    await this.own.unlink(identityId, call);
    return {};
  }

  @Handles(auth.endProviderSessions)
  async endProviderSessions({ logout_token: logoutToken }: ParsedInputOf<typeof auth.endProviderSessions>, call: Call) {
    await this.signOut.end(logoutToken, call);
    return {};
  }
}

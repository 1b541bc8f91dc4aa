import { auth } from '@voiceassist/contracts';
import { Call, PlatformPart, type Dependency, type OpenedPart, type PartContext } from '@voiceassist/kit';
import { Bus } from '../bus/bus.js';
import { AccessTokenVerifier } from './access-token-verifier.js';
import { clockToleranceSeconds, IdentityConfig } from './identity.config.js';
import { KeyRing } from './key-ring.js';
import { reportFeed } from './identity.metrics.js';
import { RevocationFeed } from './revocation-feed.js';

const callMs = 2_000;

/** Verifies access tokens at an edge: provides `KeyRing`, `RevocationFeed` and `AccessTokenVerifier`. */
class IdentityPart extends PlatformPart {
  readonly name = 'identity';
  override readonly configs = [IdentityConfig];

  async open(context: PartContext): Promise<OpenedPart> {
    const config = context.config(IdentityConfig);
    const authClient = context.get(Bus).client(auth);
    const asService = () => Call.asService(context.service, callMs);
    const keys = new KeyRing({ fetchKeys: async () => (await authClient.listKeys({}, asService())).keys });
    const feed = new RevocationFeed({
      fetchPage: (afterSequence, signal) => authClient.listRevocations({ afterSequence }, asService().with({ signal })),
      pollMs: config.REVOCATION_POLL_MS,
      maxStaleMs: config.REVOCATION_MAX_STALE_MS,
      keepMs: (config.AUTH_ACCESS_TOKEN_SECONDS + 2 * clockToleranceSeconds) * 1_000,
    });
    const stopReporting = reportFeed(context.service, feed);
    return {
      provides: [
        { token: KeyRing, value: keys },
        { token: RevocationFeed, value: feed },
        { token: AccessTokenVerifier, value: new AccessTokenVerifier(keys, feed, config) },
      ],
      dependencies: [freshnessOf(feed)],
      started: async () => feed.start(),
      close: async () => {
        stopReporting();
        await feed.close();
      },
    };
  }
}

function freshnessOf(feed: RevocationFeed): Dependency {
  return { name: 'revocations', required: true, check: async () => feed.assertFresh() };
}

/** Opens the identity part; list it after `busPart`. */
export function identityPart(): PlatformPart {
  return new IdentityPart();
}

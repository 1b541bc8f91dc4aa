import { Injectable } from '@nestjs/common';
import { AuthConfig } from '../../auth.config.js';

const localhost = 'localhost';

/** To which site passkeys belong: the host of PUBLIC_URL. A passkey of one site cannot be asked for by another. */
@Injectable()
export class RelyingParty {
  readonly id: string;
  readonly name = 'VoiceAssist';
  private readonly origins: ReadonlySet<string>;

  constructor(config: AuthConfig) {
    const url = new URL(config.PUBLIC_URL);
    this.id = url.hostname;
    this.origins = new Set([url.origin, ...config.AUTH_PASSKEY_ORIGINS]);
  }

  /** The origin when it is one of ours; on localhost any port is, because there the host alone is the site. */
  acceptedOrigins(origin: string): string[] {
    const local = this.id === localhost && URL.parse(origin)?.hostname === localhost;
    return local ? [...this.origins, origin] : [...this.origins];
  }
}

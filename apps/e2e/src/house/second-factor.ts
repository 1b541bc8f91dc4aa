import { auth, type FactorChallenge, type FactorProof, type HttpClient, type RenewedAccess } from '@voiceassist/contracts';
import { Secret, TOTP } from 'otpauth';

const periodMs = 30_000;
/** Nearer to the end of a step than this, a code of the step before might come too late. */
const marginMs = 5_000;

/** The oldest step whose code is accepted for some seconds yet, so that the most steps are left for what follows. */
const oldestGoodStep = () => Math.floor((Date.now() - periodMs + marginMs) / periodMs);
const newestGoodStep = () => Math.floor(Date.now() / periodMs) + 1;

/** A person's phone with an authenticator app and, in the drawer, the recovery codes. */
export class SecondFactor {
  private lastStep = 0;
  private recoveryCodes: string[] = [];

  constructor(readonly secret: string) {}

  /** Sets up an authenticator app in a session that may do nothing else yet. */
  static async setUp(client: HttpClient): Promise<{ factor: SecondFactor; access: RenewedAccess }> {
    const { factorId, secret } = await client.request(auth.beginTotp, {});
    const factor = new SecondFactor(secret);
    const { access, recoveryCodes } = await client.request(auth.confirmTotp, { factorId, code: factor.nextCode() ?? '' });
    factor.recoveryCodes = recoveryCodes ?? [];
    return { factor, access };
  }

  /** A code that was never shown: of the app while it has one, else a recovery code. */
  answer({ challenge }: FactorChallenge): FactorProof {
    const code = this.nextCode();
    if (code !== null) return { challenge, method: 'totp', code };
    const recoveryCode = this.recoveryCodes.pop();
    if (recoveryCode === undefined) throw new Error('the recovery codes are used up');
    return { challenge, method: 'recovery-code', code: recoveryCode };
  }

  /** The next code of the app; null while all that are good now have been shown. */
  nextCode(): string | null {
    const step = Math.max(this.lastStep + 1, oldestGoodStep());
    if (step > newestGoodStep()) return null;
    this.lastStep = step;
    return TOTP.generate({ secret: Secret.fromBase32(this.secret), timestamp: step * periodMs });
  }
}

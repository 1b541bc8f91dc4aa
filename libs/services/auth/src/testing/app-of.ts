import { Secret, TOTP } from 'otpauth';

/** An authenticator app that holds a secret, with a clock that can be off by some steps of 30 seconds. */
export const codeOf = (secret: string, stepsAhead = 0): string =>
  TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: Date.now() + stepsAhead * 30_000 });

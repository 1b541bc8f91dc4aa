import { Secret, TOTP } from 'otpauth';

const issuer = 'VoiceAssist';
const secretBytes = 20;
const periodSeconds = 30;
/** Steps before and after the present one whose codes are good too, for clocks that differ and people who type slowly. */
const window = 1;

const codeForm = /^\d{6}$/;

/** A new secret in base32, 160 bits as RFC 4226 recommends. */
export const newTotpSecret = (): string => new Secret({ size: secretBytes }).base32;

/** What authenticator apps read from the QR code. */
export function totpUri(secret: string, label: string): string {
  return new TOTP({ issuer, label, secret: Secret.fromBase32(secret), period: periodSeconds }).toString();
}

/** The time step to which a code belongs, or null when it belongs to none near the moment. Blanks between digits are ignored. */
export function stepOfCode(secret: string, code: string, nowMs = Date.now()): number | null {
  const token = code.replace(/\s/g, '');
  if (!codeForm.test(token)) return null;
  const delta = TOTP.validate({ token, secret: Secret.fromBase32(secret), period: periodSeconds, window, timestamp: nowMs });
  return delta === null ? null : TOTP.counter({ period: periodSeconds, timestamp: nowMs }) + delta;
}

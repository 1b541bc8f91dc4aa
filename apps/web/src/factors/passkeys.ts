import { browserSupportsWebAuthn, startAuthentication, startRegistration, WebAuthnError } from '@simplewebauthn/browser';
import { ApiError, type PasskeyAssertion, type PasskeyAttestation, type PasskeyCreationOptions, type PasskeyRequestOptions } from '@voiceassist/contracts';

export const passkeysWork = (): boolean => browserSupportsWebAuthn();

/** Whether this page stands where passkeys of that site may be used; browsers allow none for bare network addresses. */
const isAt = (rpId: string): boolean => location.hostname === rpId || location.hostname.endsWith(`.${rpId}`);

/** The proof of a passkey that the person picks. Throws what `passkeyProblem` explains. */
export async function assertionFor(options: PasskeyRequestOptions): Promise<PasskeyAssertion> {
  if (!isAt(options.rpId)) throw new WrongAddress(options.rpId);
  return { ...(await startAuthentication({ optionsJSON: options })), clientExtensionResults: {} };
}

/** Lets the person make a passkey. Throws what `passkeyProblem` explains. */
export async function attestationFor(options: PasskeyCreationOptions): Promise<PasskeyAttestation> {
  if (!isAt(options.rp.id)) throw new WrongAddress(options.rp.id);
  return { ...(await startRegistration({ optionsJSON: options })), clientExtensionResults: {} };
}

class WrongAddress extends Error {
  constructor(host: string) {
    super(`Passkeys of this installation work at “${host}” only. Open the page there, or use an authenticator app.`);
  }
}

/** What went wrong, in words for the person; closing the browser's own dialog is no fault. */
export function passkeyProblem(error: unknown): string {
  if (error instanceof ApiError || error instanceof WrongAddress) return error.message;
  if (error instanceof WebAuthnError && error.code === 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED') return 'This device already has a passkey for your account.';
  if (error instanceof Error && error.name === 'NotAllowedError') return 'No passkey was used. Try again, or choose another way.';
  return 'The passkey did not work. Try again, or choose another way.';
}

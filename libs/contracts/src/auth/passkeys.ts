import { z } from 'zod';

/** Longer than any credential of the authenticators there are; bounds what is parsed. */
const Base64Url = z.string().regex(/^[\w-]+$/).max(16_384);
const CredentialId = z.string().regex(/^[\w-]+$/).max(1_400);
const Transport = z.enum(['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb']);
const Descriptor = z.object({ id: CredentialId, type: z.literal('public-key'), transports: z.array(Transport).optional() });

/** What the browser needs to ask for a passkey (`PublicKeyCredentialRequestOptionsJSON` of WebAuthn level 3). */
export const PasskeyRequestOptions = z.object({
  challenge: Base64Url,
  rpId: z.string(),
  timeout: z.int(),
  userVerification: z.literal('required'),
  /** Empty where any passkey of this site may answer. */
  allowCredentials: z.array(Descriptor),
});
export type PasskeyRequestOptions = z.infer<typeof PasskeyRequestOptions>;

/** What the browser needs to make a passkey (`PublicKeyCredentialCreationOptionsJSON`). */
export const PasskeyCreationOptions = z.object({
  challenge: Base64Url,
  rp: z.object({ id: z.string(), name: z.string() }),
  user: z.object({ id: Base64Url, name: z.string(), displayName: z.string() }),
  pubKeyCredParams: z.array(z.object({ alg: z.int(), type: z.literal('public-key') })),
  timeout: z.int(),
  attestation: z.literal('none'),
  excludeCredentials: z.array(Descriptor),
  authenticatorSelection: z.object({ residentKey: z.literal('preferred'), requireResidentKey: z.literal(false), userVerification: z.literal('required') }),
});
export type PasskeyCreationOptions = z.infer<typeof PasskeyCreationOptions>;

const Attachment = z.enum(['platform', 'cross-platform']).optional();

/** A browser's proof that it holds a passkey (`AuthenticationResponseJSON`). */
export const PasskeyAssertion = z.object({
  id: CredentialId,
  rawId: CredentialId,
  type: z.literal('public-key'),
  authenticatorAttachment: Attachment,
  clientExtensionResults: z.object({}).default({}),
  response: z.object({
    clientDataJSON: Base64Url, authenticatorData: Base64Url, signature: Base64Url, userHandle: CredentialId.optional(),
  }),
});
export type PasskeyAssertion = z.infer<typeof PasskeyAssertion>;

/** A passkey that a browser has just made (`RegistrationResponseJSON`). */
export const PasskeyAttestation = z.object({
  id: CredentialId,
  rawId: CredentialId,
  type: z.literal('public-key'),
  authenticatorAttachment: Attachment,
  clientExtensionResults: z.object({}).default({}),
  response: z.object({ clientDataJSON: Base64Url, attestationObject: Base64Url, transports: z.array(z.string().max(32)).max(10).optional() }),
});
export type PasskeyAttestation = z.infer<typeof PasskeyAttestation>;

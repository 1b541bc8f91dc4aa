import { Injectable } from '@nestjs/common';
import type { PasskeyAssertion, PasskeyAttestation, PasskeyCreationOptions, PasskeyRequestOptions, SignedInUser } from '@voiceassist/contracts';
import { z } from 'zod';
import type { Factor } from '../factor.entity.js';
import { FactorsRepository } from '../factors.repository.js';
import { RelyingParty } from './relying-party.js';

const timeoutMs = 120_000;
/** Ed25519, ECDSA with P-256, RSA with SHA-256, in the order in which we prefer them. */
const algorithms = [-8, -7, -257] as const;
const Transports = z.array(z.enum(['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb']).catch('hybrid')).catch([]);
const ClientData = z.object({ origin: z.string() });

export interface NewPasskey {
  readonly credentialId: string;
  readonly publicKey: Buffer;
  readonly counter: string;
  readonly transports: string[];
  readonly backedUp: boolean;
}

/** What authenticators keep beside a passkey to say whose it is: the person's id, which says nothing about the person. */
export const userHandleOf = (userId: string): string => Buffer.from(userId.replaceAll('-', ''), 'hex').toString('base64url');

const descriptorOf = ({ credentialId, transports }: Factor) => ({ id: credentialId ?? '', type: 'public-key' as const, transports: Transports.parse(transports ?? []) });

function originOf(clientDataJSON: string): string {
  try {
    return ClientData.parse(JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8'))).origin;
  } catch {
    return '';
  }
}

/** Big, so that a start does not wait for it; begun to load when somebody is asked for a passkey and looks for a finger. */
const library = () => import('@simplewebauthn/server');
const warm = () => void library().catch(() => undefined);

/** WebAuthn with user verification always demanded, so that a passkey is something one has and knows or is. */
@Injectable()
export class Passkeys {
  constructor(
    private readonly factors: FactorsRepository,
    private readonly site: RelyingParty,
  ) {}

  /** What the browser is to sign; without passkeys any of this site may answer. */
  requestOptions(nonce: string, passkeys: readonly Factor[]): PasskeyRequestOptions {
    warm();
    return { challenge: nonce, rpId: this.site.id, timeout: timeoutMs, userVerification: 'required', allowCredentials: passkeys.map(descriptorOf) };
  }

  creationOptions(nonce: string, { userId, email, displayName }: SignedInUser, passkeys: readonly Factor[]): PasskeyCreationOptions {
    warm();
    return {
      challenge: nonce,
      rp: { id: this.site.id, name: this.site.name },
      user: { id: userHandleOf(userId), name: email, displayName },
      pubKeyCredParams: algorithms.map((alg) => ({ alg, type: 'public-key' })),
      timeout: timeoutMs,
      attestation: 'none',
      excludeCredentials: passkeys.map(descriptorOf),
      authenticatorSelection: { residentKey: 'preferred', requireResidentKey: false, userVerification: 'required' },
    };
  }

  /** Null unless the browser made the passkey for this site and this nonce, with the person verified. */
  async read(attestation: PasskeyAttestation, nonce: string): Promise<NewPasskey | null> {
    const { verifyRegistrationResponse } = await library();
    const transports = Transports.parse(attestation.response.transports ?? []);
    const { registrationInfo } = await verifyRegistrationResponse({
      response: { ...attestation, response: { ...attestation.response, transports } },
      expectedChallenge: nonce,
      expectedOrigin: this.site.acceptedOrigins(originOf(attestation.response.clientDataJSON)),
      expectedRPID: this.site.id,
      requireUserVerification: true,
      supportedAlgorithmIDs: [...algorithms],
    }).catch(() => ({ registrationInfo: undefined }));
    if (!registrationInfo) return null;
    const { credential, credentialBackedUp } = registrationInfo;
    return { credentialId: credential.id, publicKey: Buffer.from(credential.publicKey), counter: String(credential.counter), transports, backedUp: credentialBackedUp };
  }

  /** Whether the assertion was made now, for this site and this nonce, with this passkey, the person verified; counts it. */
  async accept(assertion: PasskeyAssertion, nonce: string, passkey: Factor): Promise<boolean> {
    if (passkey.credentialId !== assertion.id || !passkey.publicKey) return false;
    const { userHandle } = assertion.response;
    if (userHandle !== undefined && userHandle !== userHandleOf(passkey.userId)) return false;
    const { verifyAuthenticationResponse } = await library();
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: assertion,
      expectedChallenge: nonce,
      expectedOrigin: this.site.acceptedOrigins(originOf(assertion.response.clientDataJSON)),
      expectedRPID: this.site.id,
      credential: { id: passkey.credentialId, publicKey: new Uint8Array(passkey.publicKey), counter: Number(passkey.counter ?? 0) },
      requireUserVerification: true,
    }).catch(() => ({ verified: false, authenticationInfo: undefined }));
    if (!verified || !authenticationInfo) return false;
    return this.factors.takeCounter(passkey.factorId, authenticationInfo.newCounter, authenticationInfo.credentialBackedUp);
  }
}

import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import type { PasskeyAssertion, PasskeyAttestation, PasskeyCreationOptions, PasskeyRequestOptions } from '@voiceassist/contracts';

const userPresent = 0x01;
const userVerified = 0x04;
const attestedCredential = 0x40;

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest();
const base64url = (data: Buffer) => data.toString('base64url');

/** The few forms of CBOR (RFC 8949) that a passkey needs. */
const cborText = (text: string) => Buffer.concat([Buffer.from([0x60 + text.length]), Buffer.from(text)]);
const cborBytes = (bytes: Buffer) => Buffer.concat([Buffer.from([0x59, bytes.length >> 8, bytes.length & 0xff]), bytes]);

/** How a ceremony deviates from what an honest browser and authenticator do. */
export interface Deviation {
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  readonly type?: string;
  readonly isVerified?: boolean;
  /** The counter is told as it was that many uses ago. */
  readonly counterBack?: number;
  readonly userHandle?: string;
}

/** An authenticator and a browser in one, made from node:crypto: ES256, with a counter, no attestation. */
export class SoftwareAuthenticator {
  private readonly id = randomBytes(16);
  private readonly privateKey: KeyObject;
  private readonly coordinates: { readonly x: Buffer; readonly y: Buffer };
  private counter = 0;
  private userHandle = '';

  constructor(private readonly origin = 'http://localhost:8080') {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    this.privateKey = privateKey;
    this.coordinates = { x: Buffer.from(x, 'base64url'), y: Buffer.from(y, 'base64url') };
  }

  create({ challenge, rp, user }: PasskeyCreationOptions, deviation: Deviation = {}): PasskeyAttestation {
    this.userHandle = user.id;
    const cose = Buffer.concat([
      Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]), this.coordinates.x, Buffer.from([0x22, 0x58, 0x20]), this.coordinates.y,
    ]);
    const credential = Buffer.concat([Buffer.alloc(16), Buffer.from([0, this.id.length]), this.id, cose]);
    const data = this.authenticatorData(deviation.rpId ?? rp.id, deviation, credential);
    const attestationObject = Buffer.concat([
      Buffer.from([0xa3]), cborText('fmt'), cborText('none'), cborText('attStmt'), Buffer.from([0xa0]), cborText('authData'), cborBytes(data),
    ]);
    const clientData = this.clientData('webauthn.create', challenge, deviation);
    const id = base64url(this.id);
    return {
      id, rawId: id, type: 'public-key', clientExtensionResults: {},
      response: { clientDataJSON: base64url(clientData), attestationObject: base64url(attestationObject), transports: ['internal'] },
    };
  }

  get({ challenge, rpId }: PasskeyRequestOptions, deviation: Deviation = {}): PasskeyAssertion {
    this.counter += 1;
    const data = this.authenticatorData(deviation.rpId ?? rpId, deviation);
    const clientData = this.clientData('webauthn.get', challenge, deviation);
    const signature = sign('sha256', Buffer.concat([data, sha256(clientData)]), this.privateKey);
    const id = base64url(this.id);
    return {
      id, rawId: id, type: 'public-key', clientExtensionResults: {},
      response: {
        clientDataJSON: base64url(clientData), authenticatorData: base64url(data), signature: base64url(signature), userHandle: deviation.userHandle ?? this.userHandle,
      },
    };
  }

  private authenticatorData(rpId: string, { isVerified = true, counterBack = 0 }: Deviation, credential?: Buffer): Buffer {
    const flags = userPresent | (isVerified ? userVerified : 0) | (credential ? attestedCredential : 0);
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.counter - counterBack);
    return Buffer.concat([sha256(rpId), Buffer.from([flags]), counter, ...(credential ? [credential] : [])]);
  }

  private clientData(type: string, challenge: string, deviation: Deviation): Buffer {
    return Buffer.from(JSON.stringify({ type: deviation.type ?? type, challenge: deviation.challenge ?? challenge, origin: deviation.origin ?? this.origin, crossOrigin: false }));
  }
}

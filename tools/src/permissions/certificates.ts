import 'reflect-metadata';
import { createPrivateKey, randomBytes, webcrypto, X509Certificate as KnownCertificate } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';

export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

export interface Certificates {
  /** The authority's certificate, by which everybody knows everybody. */
  readonly caFile: string;
  readonly server: CertificateFiles;
  clientOf(service: string): CertificateFiles;
}

interface Authority {
  readonly certificate: x509.X509Certificate;
  readonly key: webcrypto.CryptoKey;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const dayMs = 24 * 3_600_000;
const authorityDays = 3_650;
const certificateDays = 397;
/** A certificate with less time left is made anew at the start. */
const renewBeforeDays = 30;
const usage = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' } as const;

const serialNumber = () => `4${randomBytes(15).toString('hex')}`; // positive, 128 bits
const period = (days: number) => ({ notBefore: new Date(Date.now() - 3_600_000), notAfter: new Date(Date.now() + days * dayMs) });
const newKeys = () => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);

async function keep({ certFile, keyFile }: CertificateFiles, certificate: x509.X509Certificate, key: webcrypto.CryptoKey): Promise<void> {
  const pem = x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
  await writeFile(keyFile, pem, { mode: 0o600 });
  await writeFile(certFile, certificate.toString('pem'), { mode: 0o644 });
}

async function isFresh({ certFile }: CertificateFiles, authority?: Authority): Promise<boolean> {
  try {
    const known = new KnownCertificate(await readFile(certFile));
    const issuer = authority ? new KnownCertificate(authority.certificate.toString('pem')) : known;
    return known.verify(issuer.publicKey) && Date.parse(known.validTo) - Date.now() > renewBeforeDays * dayMs;
  } catch {
    return false; // missing or unreadable: it is made anew
  }
}

async function authorityIn(files: CertificateFiles): Promise<Authority> {
  if (await isFresh(files)) {
    const pkcs8 = createPrivateKey(await readFile(files.keyFile)).export({ format: 'der', type: 'pkcs8' });
    return {
      certificate: new x509.X509Certificate(await readFile(files.certFile, 'utf8')),
      key: await webcrypto.subtle.importKey('pkcs8', pkcs8, algorithm, true, ['sign']),
    };
  }
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(), name: 'CN=VoiceAssist installation authority', ...period(authorityDays), signingAlgorithm: algorithm, keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  await keep(files, certificate, keys.privateKey);
  return { certificate, key: keys.privateKey };
}

/** Whether the certificate carries every name under which it is to be found. */
async function isNamed({ certFile }: CertificateFiles, hosts: readonly string[]): Promise<boolean> {
  const known = new KnownCertificate(await readFile(certFile)).subjectAltName?.split(', ') ?? [];
  return hosts.every((host) => known.includes(`DNS:${host}`));
}

async function ensureCertificate(authority: Authority, files: CertificateFiles, { name, purpose, hosts = [] }: { name: string; purpose: keyof typeof usage; hosts?: readonly string[] }): Promise<void> {
  if ((await isFresh(files, authority)) && (await isNamed(files, hosts))) return;
  const keys = await newKeys();
  const names = [{ type: 'dns', value: 'localhost' }, { type: 'ip', value: '127.0.0.1' }, ...hosts.map((value) => ({ type: 'dns' as const, value }))] as const;
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(), subject: `CN=${name}`, issuer: authority.certificate.subject, ...period(certificateDays),
    signingKey: authority.key, publicKey: keys.publicKey, signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([usage[purpose]]),
      new x509.SubjectAlternativeNameExtension(purpose === 'server' ? [...names] : [{ type: 'dns', value: name }]),
      await x509.AuthorityKeyIdentifierExtension.create(authority.certificate),
    ],
  });
  await keep(files, certificate, keys.privateKey);
}

/**
 * Certificates of this installation: an authority, one certificate for the servers on 127.0.0.1 and under the names of
 * `serverHosts`, and one for each service. What is missing or about to expire is made anew; keys are readable by their owner only.
 */
export async function certificatesIn(folder: string, services: readonly string[], serverHosts: readonly string[] = []): Promise<Certificates> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const filesOf = (name: string) => ({ certFile: join(folder, `${name}.pem`), keyFile: join(folder, `${name}.key`) });
  const authority = await authorityIn(filesOf('authority'));
  await ensureCertificate(authority, filesOf('server'), { name: 'localhost', purpose: 'server', hosts: serverHosts });
  for (const service of services) await ensureCertificate(authority, filesOf(service), { name: service, purpose: 'client' });
  return { caFile: filesOf('authority').certFile, server: filesOf('server'), clientOf: filesOf };
}

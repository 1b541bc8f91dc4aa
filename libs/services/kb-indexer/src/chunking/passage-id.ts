import { createHash } from 'node:crypto';

/** The same passage of the same version always has the same id (a version 5 UUID), so that indexing twice changes nothing. */
export function passageId(documentId: string, version: number, ordinal: number): string {
  const namespace = Buffer.from(documentId.replaceAll('-', ''), 'hex');
  const hash = createHash('sha1').update(namespace).update(`${version}/${ordinal}`).digest().subarray(0, 16);
  hash[6] = (hash[6]! & 0x0f) | 0x50;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

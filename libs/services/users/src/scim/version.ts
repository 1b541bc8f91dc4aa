import { createHash } from 'node:crypto';
import { scimFailure } from './scim-failure.js';

/** A weak ETag: resources that read the same have the same one. */
export const versionOf = (resource: object): string => `W/"${createHash('sha256').update(JSON.stringify(resource)).digest('base64url').slice(0, 22)}"`;

const opaque = (tag: string) => tag.trim().replace(/^W\//, '');

/** Whether the client takes whatever version there is. */
export const isAnyVersion = (ifMatch: string | undefined): boolean => ifMatch === undefined || ifMatch.trim() === '*';

/** Fails with SCIM_VERSION_MISMATCH when the client has seen another version. */
export function assertVersion(ifMatch: string | undefined, version: string): void {
  if (ifMatch === undefined || isAnyVersion(ifMatch) || ifMatch.split(',').some((tag) => opaque(tag) === opaque(version))) return;
  throw scimFailure('SCIM_VERSION_MISMATCH', 'The resource has changed meanwhile. Read it again.');
}

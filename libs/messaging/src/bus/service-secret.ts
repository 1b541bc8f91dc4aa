import { createHmac, hkdfSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { BusConfig } from './bus-config.js';

/**
 * A key for one purpose that all replicas of a service have and nobody else: drawn from what the service signs in with at
 * NATS. Undefined where it signs in with nothing, which is the case in one process.
 */
export function serviceSecret({ NATS_NKEY_SEED_FILE: seedFile, NATS_PASSWORD: password }: Pick<BusConfig, 'NATS_NKEY_SEED_FILE' | 'NATS_PASSWORD'>, purpose: string): Buffer | undefined {
  const own = seedFile === undefined ? password : readFileSync(seedFile, 'utf8').trim();
  return own === undefined ? undefined : Buffer.from(hkdfSync('sha256', own, 'voiceassist', purpose, 32));
}

/** HMAC-SHA-256 of a text, for comparing and storing. */
export const sealOf = (key: Buffer, text: string): string => createHmac('sha256', key).update(text).digest('base64url');

import { createHash, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(pbkdf2);

/** Whether a password fits the SCRAM verifier that PostgreSQL keeps for a role (`SCRAM-SHA-256$iterations:salt$stored:server`). */
export async function fitsVerifier(password: string, verifier: string): Promise<boolean> {
  const match = /^SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):/.exec(verifier);
  if (!match) return false;
  const [, iterations = '', salt = '', stored = ''] = match;
  const salted = await derive(password.normalize('NFKC'), Buffer.from(salt, 'base64'), Number(iterations), 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest();
  const expected = Buffer.from(stored, 'base64');
  return storedKey.length === expected.length && timingSafeEqual(storedKey, expected);
}

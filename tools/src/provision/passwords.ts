import { randomBytes, randomInt } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

const typeable = 'abcdefghjkmnpqrstuvwxyz23456789';

/** About 123 random bits that a person can type from a screen. */
function forPeople(): string {
  const group = () => Array.from({ length: 5 }, () => typeable[randomInt(typeable.length)]).join('');
  return Array.from({ length: 5 }, group).join('-');
}

export interface Passwords {
  /** For programs: made at the first asking, the same ever after. */
  of(name: string): string;
  forPerson(name: string): string;
  /** 32 bytes as base64, for encryption. */
  key(name: string): string;
}

/** The passwords of an installation in one file, readable by its owner only. */
export function passwordsIn(file: string): Passwords {
  const known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {};
  const keep = (name: string, make: () => string): string => {
    const already = known[name];
    if (already) return already;
    const made = make();
    known[name] = made;
    writeFileSync(`${file}.new`, JSON.stringify(known, null, 2), { mode: 0o600 });
    renameSync(`${file}.new`, file); // a stop in between leaves the old file whole
    return made;
  };
  return { of: (name) => keep(name, () => randomBytes(24).toString('base64url')), forPerson: (name) => keep(name, forPeople), key: (name) => keep(name, () => randomBytes(32).toString('base64')) };
}

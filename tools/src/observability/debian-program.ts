import { existsSync } from 'node:fs';

/** A program of a Debian package, or null, which is told as a skipped check. */
export function debianProgram(name: string, debianPackage: string): string | null {
  const path = `/usr/bin/${name}`;
  if (existsSync(path)) return path;
  console.log(`SKIPPED ${name} is not installed; run: apt-get install ${debianPackage}`);
  return null;
}

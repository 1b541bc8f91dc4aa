import { readdir, readFile } from 'node:fs/promises';

/** One test that carries the id of a requirement in its name. */
export interface Claim {
  readonly id: string;
  readonly file: string;
  readonly title: string;
  /** `fails`: the weakness is known and open; the test says so and must be changed when it is closed. */
  readonly expects: 'passes' | 'fails';
}

const root = new URL('../../../../', import.meta.url);
/** Where tests are named after requirements. */
const folders = ['apps/e2e/src/asvs/', 'tools/src/verify/asvs/'];
const named = /\bit(\.failing)?\(\s*(['"])((?:v5\.0\.0-\d+\.\d+\.\d+ )+)(.+?)\2, /g;

/** The claims in the text of one file. A test that is skipped is no claim. */
export function claimsIn(file: string, text: string): Claim[] {
  return [...text.matchAll(named)].flatMap(([, failing, , ids = '', title = '']) =>
    ids.trim().split(' ').map((id) => ({ id: id.replace('v5.0.0-', ''), file, title: title.replaceAll("\\'", "'"), expects: failing ? 'fails' as const : 'passes' as const })));
}

/** All claims of the workspace, by file and place. */
export async function readClaims(): Promise<Claim[]> {
  const claims: Claim[] = [];
  for (const folder of folders) {
    const names = (await readdir(new URL(folder, root))).filter((name) => name.endsWith('.ts')).sort();
    for (const name of names) claims.push(...claimsIn(`${folder}${name}`, await readFile(new URL(`${folder}${name}`, root), 'utf8')));
  }
  return claims;
}

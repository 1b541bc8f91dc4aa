import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { type Installation, writeWhole } from './installation.js';

const Version = z.string().regex(/^[A-Za-z0-9][\w.-]{0,60}$/, 'a version is letters, digits, dots and dashes');

const State = z.object({
  /** What runs, and passed its checks. */
  current: Version.optional(),
  /** A change that was begun and not ended: what it leads to, from where, the backup taken before, whether that is being put back. */
  pending: z.object({ version: Version, from: Version.optional(), backup: z.string().optional(), rollingBack: z.literal(true).optional() }).optional(),
  history: z.array(z.object({ version: Version, at: z.string(), outcome: z.enum(['deployed', 'upgraded', 'rolled back', 'restored']), backup: z.string().optional() })),
});
type State = z.infer<typeof State>;
export type Outcome = State['history'][number]['outcome'];

const mostHistory = 100;

/** Which release runs and which came before: `releases.json`. */
export class Releases {
  constructor(private readonly installation: Installation) {}

  read(): State {
    const { releasesFile } = this.installation;
    return existsSync(releasesFile) ? State.parse(JSON.parse(readFileSync(releasesFile, 'utf8'))) : { history: [] };
  }

  begin(pending: NonNullable<State['pending']>): void {
    this.write({ ...this.read(), pending: State.shape.pending.parse(pending) });
  }

  /** The change is over: this version runs now. */
  end(version: string, outcome: Outcome, backup?: string): void {
    const { history } = this.read();
    const entry = { version, at: new Date().toISOString(), outcome, ...(backup && { backup }) };
    this.write({ current: version, history: [...history, entry].slice(-mostHistory) });
  }

  private write(state: State): void {
    writeWhole(this.installation.releasesFile, `${JSON.stringify(state, null, 2)}\n`);
  }
}

export function checkVersion(version: string): string {
  const read = Version.safeParse(version);
  if (!read.success) throw new Error(`"${version}": ${read.error.issues[0]?.message}`);
  return version;
}

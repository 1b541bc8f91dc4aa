import { setTimeout as sleep } from 'node:timers/promises';
import { Door, type DoorOptions } from '../../smoke/door.js';

export interface Patience {
  readonly deadlineMs: number;
  readonly pauseMs: number;
  /** Between two words about what it waits for. */
  readonly tellMs: number;
}

const usual: Patience = { deadlineMs: 180_000, pauseMs: 1_000, tellMs: 15_000 };

/** Why the name is not answered with a certificate that is trusted, or null when it is. */
async function distrustOf(door: Door): Promise<string | null> {
  return door.handshake().then(({ distrust }) => distrust, (error: Error) => error.message);
}

/**
 * Waits until the edge answers with a trusted certificate of its name. At the first start it has none: the authority has to find
 * this machine under that name first, which takes from seconds to minutes.
 */
export async function untilCertificate(options: DoorOptions, say: (text: string) => void, { deadlineMs, pauseMs, tellMs }: Patience = usual): Promise<void> {
  const door = new Door(options);
  if (!door.isHttps) return;
  const begun = Date.now();
  for (let told = begun; ; await sleep(pauseMs)) {
    const distrust = await distrustOf(door);
    if (distrust === null) return;
    const now = Date.now();
    if (now - begun >= deadlineMs) {
      throw new Error(`${door.base.host} has no trusted certificate after ${Math.round(deadlineMs / 1000)} s (${distrust}): do ports 80 and 443 of that name lead to this machine, also from outside? The authority's answer is in the log of the edge: deploy.sh compose -- logs edge`);
    }
    if (now - told < tellMs) continue;
    told = now;
    say(`  waiting for the certificate of ${door.base.hostname} for ${Math.round((now - begun) / 1000)} s: ${distrust}`);
  }
}

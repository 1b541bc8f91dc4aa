import type { UserActor } from '@voiceassist/contracts';

/** Who asks at this moment: an emergency access that has ended by time is none any more. */
export function presentActor({ emergency, ...actor }: UserActor, nowMs = Date.now()): UserActor {
  return emergency && emergency.until * 1_000 > nowMs ? { ...actor, emergency } : actor;
}

/**
 * When a socket has to prove itself anew, in milliseconds since the epoch: with the token or key it was opened with, and
 * never later than an access token of that moment would end. So the end of a session by time, a key's end and changed
 * rights reach sockets also when nobody tells of them.
 */
export function endOfProof({ validUntil }: UserActor, longestSeconds: number, nowMs = Date.now()): number {
  return Math.min(nowMs + longestSeconds * 1_000, (validUntil ?? Number.POSITIVE_INFINITY) * 1_000);
}

import type { Factor as ShownFactor } from '@voiceassist/contracts';
import type { Factor } from './factor.entity.js';

/** What the owner sees of a factor. */
export function shownFactor({ factorId, kind, name, createdAt, lastUsedAt }: Pick<Factor, 'factorId' | 'kind' | 'name' | 'createdAt' | 'lastUsedAt'>): ShownFactor {
  return { factorId, kind, name, createdAt: createdAt.toISOString(), lastUsedAt: lastUsedAt?.toISOString() ?? null };
}

import { Config, PlatformPart, secretSetting, type OpenedPart, type PartContext } from '@voiceassist/kit';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { openVectorIndex, vectorUrlPattern } from './open-vector-index.js';
import { VectorIndex } from './vector-index.js';

export class VectorIndexConfig extends Config({
  VECTOR_URL: secretSetting( // may hold a password
    z.string().regex(vectorUrlPattern, 'must be database:, postgres://… or qdrant+http://…').default('database:'),
    'Where passages are indexed: the service’s own database, another Postgres, or Qdrant.',
  ),
  VECTOR_API_KEY: secretSetting(z.string().min(1).optional(), 'API key that Qdrant asks for.'),
}) {}

class VectorIndexPart extends PlatformPart {
  override readonly name = 'vector-index';
  override readonly configs = [VectorIndexConfig];

  async open(context: PartContext): Promise<OpenedPart> {
    const { VECTOR_URL: url, VECTOR_API_KEY: apiKey } = context.config(VectorIndexConfig);
    const index = await openVectorIndex({ url, apiKey, dataSource: () => context.get(DataSource) });
    return {
      provides: [{ token: VectorIndex, value: index }],
      dependencies: [{ name: 'vector-index', required: true, check: (signal) => index.check(signal) }],
      close: () => index.close(),
    };
  }
}

/**
 * Gives a service the `VectorIndex` that `VECTOR_URL` names. With `database:` it must stand after `sqlPart`, whose
 * migrations must include `vectorIndexMigrations`.
 */
export function vectorIndexPart(): PlatformPart {
  return new VectorIndexPart();
}

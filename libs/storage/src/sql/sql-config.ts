import { Config, secretSetting, setting } from '@voiceassist/kit';
import { z } from 'zod';

const DatabaseUrl = z
  .string()
  .regex(/^(pglite:.+|postgres(ql)?:\/\/.+)$/, 'must be pglite:<folder>, pglite:memory or postgres://user:password@host/database')
  .default('pglite:./data/sql');

export class SqlConfig extends Config({
  DATABASE_URL: secretSetting(
    DatabaseUrl,
    'Where rows live: `pglite:<folder>` or `pglite:memory` embedded, `postgres://va_<schema>:password@host/database` signed in as the service’s own role.',
  ),
  DATABASE_POOL_SIZE: setting(z.coerce.number().int().min(1).max(200).default(8), 'Connections that one service keeps open at most.'),
}) {}

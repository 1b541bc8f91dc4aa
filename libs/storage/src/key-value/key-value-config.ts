import { Config, secretSetting } from '@voiceassist/kit';
import { z } from 'zod';

export class KeyValueConfig extends Config({
  KV_URL: secretSetting(
    z.string().regex(/^(memory:|rediss?:\/\/.+)$/, 'must be memory: or redis://host:port').default('memory:'),
    'Where short-lived marks, tickets and rate limits live: `memory:` for one process, `redis://…` for replicas.',
  ),
}) {}

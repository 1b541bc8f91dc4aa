import { z } from 'zod';
import { Config, secretSetting, setting } from '@voiceassist/kit';
import { agreementSetting, phiPolicySetting } from '../phi-gate/phi-policy.js';

/** Which encoder gives meanings to the search. */
export class EmbedderConfig extends Config({
  EMBEDDER_URL: setting(
    z.string().regex(/^(?:none:|local:|(?:openai:)?https?:\/\/\S+)$/, 'must be none:, local: or the base URL of an OpenAI-compatible endpoint').default('none:'),
    'Encoder for the dense part of the search: `none:` (lexical only), `local:` (shipped, English, no network) or `https://host/v1`, any OpenAI-compatible endpoint.',
  ),
  EMBEDDER_MODEL: setting(z.string().min(1).optional(), 'Name of the embedding model at the endpoint; needed with an endpoint.'),
  EMBEDDER_DIMENSION: setting(z.coerce.number().int().min(1).max(16_000).optional(), 'Length of the model\'s vectors; needed with an endpoint.'),
  EMBEDDER_API_KEY: secretSetting(z.string().min(1).optional(), 'Key of the endpoint, where it wants one.'),
  EMBEDDER_TIMEOUT_MS: setting(z.coerce.number().int().min(100).max(600_000).default(20_000), 'Longest time one request to the endpoint may take, in milliseconds.'),
  EMBEDDER_PRICE_PER_MILLION: setting(z.coerce.number().min(0).max(100_000).optional(), 'Dollars for a million tokens that the embedding model reads, so that its cost is counted; not counted without.'),
  EMBEDDER_PHI_POLICY: phiPolicySetting('the embedding service'),
  EMBEDDER_BAA_ON_RECORD: agreementSetting('the provider of the embeddings'),
}) {}

import { ConfigError, type SettingFault } from '@voiceassist/kit';
import type { EmbedderConfig } from './embedder.config.js';
import type { Embedder } from './embedder.js';

/** Opens the encoder that `EMBEDDER_URL` names. Loads no weights and opens no connection yet. */
export async function openEmbedder(config: EmbedderConfig): Promise<Embedder> {
  const { EMBEDDER_URL: url, EMBEDDER_MODEL: model, EMBEDDER_DIMENSION: dimension } = config;
  if (url === 'none:') return new (await import('./none.embedder.js')).NoEmbedder();
  if (url === 'local:') return new (await import('./local.embedder.js')).LocalEmbedder();
  if (model === undefined || dimension === undefined) {
    const faults: SettingFault[] = [];
    if (model === undefined) faults.push({ name: 'EMBEDDER_MODEL', problem: 'needed with an endpoint as EMBEDDER_URL' });
    if (dimension === undefined) faults.push({ name: 'EMBEDDER_DIMENSION', problem: 'needed with an endpoint as EMBEDDER_URL' });
    throw new ConfigError(faults);
  }
  const { OpenAiEmbedder } = await import('./openai.embedder.js');
  return new OpenAiEmbedder({ baseUrl: url.replace(/^openai:/, ''), model, dimension, apiKey: config.EMBEDDER_API_KEY, timeoutMs: config.EMBEDDER_TIMEOUT_MS });
}

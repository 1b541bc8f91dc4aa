import { ConfigError, type SettingFault } from '@voiceassist/kit';
import { gateOf } from '../phi-gate/gate-of.js';
import { GatedEmbedder } from '../phi-gate/gated.embedder.js';
import { openPhiDecisions } from '../phi-gate/open-phi-decisions.js';
import { hostOf } from '../phi-gate/phi-policy.js';
import type { PhiDecisions } from '../phi-gate/phi-decisions.js';
import type { EmbedderConfig } from './embedder.config.js';
import type { Embedder } from './embedder.js';
import { MeasuredEmbedder } from './measured.embedder.js';

/** Opens the encoder that `EMBEDDER_URL` names, behind the gate its policy asks for. Loads no weights and opens no connection yet. */
export async function openEmbedder(config: EmbedderConfig, decisions: PhiDecisions = openPhiDecisions()): Promise<Embedder> {
  const { EMBEDDER_URL: url, EMBEDDER_PHI_POLICY: policy, EMBEDDER_BAA_ON_RECORD: agreementOnRecord } = config;
  const gate = gateOf({ provider: 'embedding', url, policy, agreementOnRecord, decisions, names: { policy: 'EMBEDDER_PHI_POLICY', agreement: 'EMBEDDER_BAA_ON_RECORD' } });
  const provider = hostOf(url) ?? 'local';
  const encoder = await openUngated(config);
  const embedder = encoder.enabled ? new MeasuredEmbedder(encoder, { kind: 'embedding', provider, model: provider === 'local' ? encoder.id : (config.EMBEDDER_MODEL ?? encoder.id) }) : encoder;
  return gate === null ? embedder : new GatedEmbedder(embedder, gate);
}

async function openUngated(config: EmbedderConfig): Promise<Embedder> {
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
  return new OpenAiEmbedder({ baseUrl: url.replace(/^openai:/, ''), model, dimension, apiKey: config.EMBEDDER_API_KEY, timeoutMs: config.EMBEDDER_TIMEOUT_MS, pricePerMillion: config.EMBEDDER_PRICE_PER_MILLION });
}

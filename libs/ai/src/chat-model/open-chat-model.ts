import { ConfigError } from '@voiceassist/kit';
import { gateOf } from '../phi-gate/gate-of.js';
import { GatedChatModel } from '../phi-gate/gated.chat-model.js';
import { openPhiDecisions } from '../phi-gate/open-phi-decisions.js';
import { hostOf } from '../phi-gate/phi-policy.js';
import type { PhiDecisions } from '../phi-gate/phi-decisions.js';
import type { ChatModelConfig } from './chat-model.config.js';
import type { ChatModel } from './chat-model.js';
import { MeasuredChatModel } from './measured.chat-model.js';

/** Opens the model that `LLM_URL` names, behind the gate its policy asks for. Loads no vendor library and opens no connection yet. */
export async function openChatModel(config: ChatModelConfig, decisions: PhiDecisions = openPhiDecisions()): Promise<ChatModel> {
  const { LLM_URL: url, LLM_PHI_POLICY: policy, LLM_BAA_ON_RECORD: agreementOnRecord } = config;
  const gate = gateOf({ provider: 'chat', url, policy, agreementOnRecord, decisions, names: { policy: 'LLM_PHI_POLICY', agreement: 'LLM_BAA_ON_RECORD' } });
  const { LLM_PRICE_INPUT_PER_MILLION: inputPerMillion, LLM_PRICE_OUTPUT_PER_MILLION: outputPerMillion } = config;
  const model = new MeasuredChatModel(await openUngated(config), hostOf(url) ?? 'local', { inputPerMillion, outputPerMillion });
  return gate === null ? model : new GatedChatModel(model, gate);
}

async function openUngated(config: ChatModelConfig): Promise<ChatModel> {
  const { LLM_URL: url, LLM_MODEL: model, LLM_API_KEY: apiKey } = config;
  if (url === 'extractive:') return new (await import('./extractive.chat-model.js')).ExtractiveChatModel();
  if (url === 'scripted:') {
    if (!config.LLM_ALLOW_SCRIPTED) throw new ConfigError([{ name: 'LLM_URL', problem: 'scripted: is for tests and benches; LLM_ALLOW_SCRIPTED=true permits it' }]);
    return new (await import('./scripted.chat-model.js')).ScriptedChatModel();
  }
  if (model === undefined) throw new ConfigError([{ name: 'LLM_MODEL', problem: 'needed with an OpenAI-compatible LLM_URL' }]);
  const { OpenAiChatModel } = await import('./openai.chat-model.js');
  const limits = { idleTimeoutMs: config.LLM_TIMEOUT_MS, totalTimeoutMs: config.LLM_TOTAL_TIMEOUT_MS };
  return new OpenAiChatModel({ baseUrl: url.replace(/^openai:/, ''), model, apiKey, ...limits });
}

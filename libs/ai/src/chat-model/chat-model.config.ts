import { z } from 'zod';
import { Config, flag, secretSetting, setting } from '@voiceassist/kit';
import { agreementSetting, phiPolicySetting } from '../phi-gate/phi-policy.js';

const milliseconds = (fallback: number) => z.coerce.number().int().min(100).max(600_000).default(fallback);
const price = z.coerce.number().min(0).max(100_000).optional();
const off = z.enum(['false', '0'], { error: 'must stay off: it would send questions and passages to a third party' }).optional();

/** Which model answers. */
export class ChatModelConfig extends Config({
  LLM_URL: setting(
    z.string().regex(/^(?:extractive:|scripted:|(?:openai:)?https?:\/\/\S+)$/, 'must be extractive: or the base URL of an OpenAI-compatible endpoint such as https://host/v1').default('extractive:'),
    'Which model writes answers: `extractive:` quotes the passages and needs no model; `https://host/v1` (or `openai:https://host/v1`) is any OpenAI-compatible endpoint.',
  ),
  LLM_MODEL: setting(z.string().min(1).optional(), 'Name of the model at the endpoint; needed with an OpenAI-compatible `LLM_URL`.'),
  LLM_API_KEY: secretSetting(z.string().min(1).optional(), 'Key of the endpoint, where it wants one.'),
  LLM_TIMEOUT_MS: setting(milliseconds(20_000), 'Longest silence of the model before and between two pieces of an answer, in milliseconds.'),
  LLM_TOTAL_TIMEOUT_MS: setting(milliseconds(110_000), 'Longest time the model may take for a whole answer, in milliseconds.'),
  LLM_PRICE_INPUT_PER_MILLION: setting(price, 'Dollars for a million tokens that the model reads, so that its cost is counted; not counted without.'),
  LLM_PRICE_OUTPUT_PER_MILLION: setting(price, 'Dollars for a million tokens that the model writes.'),
  LLM_ALLOW_SCRIPTED: setting(flag(false), 'Permits `LLM_URL=scripted:`, a stand-in for tests and benches that is never to be used for care.'),
  LLM_PHI_POLICY: phiPolicySetting('the language model'),
  LLM_BAA_ON_RECORD: agreementSetting('the provider of the language model'),
  LANGSMITH_TRACING: setting(off, 'Tracing of model calls by a third party; refused.'),
  LANGCHAIN_TRACING_V2: setting(off, 'Tracing of model calls by a third party; refused.'),
}) {}

import { AppError, metricsOf } from '@voiceassist/kit';

const metrics = metricsOf('ai');
const kind = ['chat', 'embedding'] as const;
const provider = 'host of the provider, or `local`';
const model = 'name of the model in the settings';
const outcome = ['ok', 'stopped', 'unavailable', 'timeout', 'failed'] as const;

export const requests = metrics.counter({ name: 'ai_model_requests_total', labels: { kind, provider, model, outcome }, description: 'Requests to models that have ended.' });
export const requestDuration = metrics.histogram({
  name: 'ai_model_request_duration_seconds', unit: 's', labels: { kind, provider, model }, buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80],
  description: 'How long requests to models took, streams until their end.',
});
export const firstTokenDelay = metrics.histogram({
  name: 'ai_model_time_to_first_token_seconds', unit: 's', labels: { provider, model }, buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16],
  description: 'How long a model took until the first piece of its answer.',
});
const tokens = metrics.counter({ name: 'ai_model_tokens_total', labels: { provider, model, direction: ['input', 'output'] }, description: 'Tokens as the provider counted them.' });
const cost = metrics.counter({ name: 'ai_model_cost_usd_total', unit: 'usd', labels: { provider, model }, description: 'Cost of the tokens by the prices in the settings; absent without prices.' });
const circuit = metrics.state({ name: 'ai_circuit_open', labels: { kind, provider }, description: '1 while a provider is not asked because it failed several times in a row.' });

export type ModelKind = (typeof kind)[number];
export type ModelOutcome = (typeof outcome)[number];

/** Which model is asked, as labels. */
export interface ModelName {
  readonly kind: ModelKind;
  readonly provider: string;
  readonly model: string;
}

/** Dollars for a million tokens; undefined where the settings do not say. */
export interface Prices {
  readonly inputPerMillion?: number;
  readonly outputPerMillion?: number;
}

const million = 1_000_000;

/** Counts what a provider says it has counted, and what that costs. */
export function countTokens({ provider: host, model: name }: Omit<ModelName, 'kind'>, used: { readonly input: number | null; readonly output: number | null }, prices: Prices): void {
  const labels = { provider: host, model: name };
  if (used.input !== null) tokens.add(used.input, { ...labels, direction: 'input' });
  if (used.output !== null) tokens.add(used.output, { ...labels, direction: 'output' });
  if (prices.inputPerMillion === undefined && prices.outputPerMillion === undefined) return;
  cost.add(((used.input ?? 0) * (prices.inputPerMillion ?? 0) + (used.output ?? 0) * (prices.outputPerMillion ?? 0)) / million, labels);
}

export function outcomeOf(error: unknown): ModelOutcome {
  if (!(error instanceof AppError)) return 'failed';
  return error.kind === 'unavailable' || error.kind === 'timeout' ? error.kind : 'failed';
}

/** Shows a provider's circuit as closed from now on; call what it answers when that changes. */
export function showCircuit(kindOf: ModelKind, host: string): (isOpen: boolean) => void {
  const show = (isOpen: boolean) => circuit.set(isOpen ? 1 : 0, { kind: kindOf, provider: host });
  show(false);
  return show;
}

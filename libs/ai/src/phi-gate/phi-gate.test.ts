import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Call } from '@voiceassist/kit';
import { canaryNote, phiCanaries } from '@voiceassist/phi';
import fc from 'fast-check';
import { ChatModelConfig } from '../chat-model/chat-model.config.js';
import { chatModelConformance } from '../chat-model/chat-model.conformance.js';
import type { ChatPart, ChatRequest } from '../chat-model/chat-model.js';
import { openChatModel } from '../chat-model/open-chat-model.js';
import { ScriptedChatModel } from '../chat-model/scripted.chat-model.js';
import { EmbedderConfig } from '../embedder/embedder.config.js';
import { embedderConformance } from '../embedder/embedder.conformance.js';
import { openEmbedder } from '../embedder/open-embedder.js';
import { OpenAiEmbedder } from '../embedder/openai.embedder.js';
import { startOpenAiDouble, type OpenAiDouble } from '../openai/openai-double.js';
import { GatedChatModel } from './gated.chat-model.js';
import { GatedEmbedder } from './gated.embedder.js';
import { NotedPhiDecisions } from './noted.phi-decisions.js';
import { PhiDecisions, type PhiDecision } from './phi-decisions.js';
import { PhiGate } from './phi-gate.js';
import { isThisMachine, type PhiPolicy, type PhiRule } from './phi-policy.js';

const never = new AbortController().signal;
const call = Call.begin();

/** Keeps decisions for a test to look at; fails when told to. */
class RememberedDecisions extends PhiDecisions {
  readonly decided: PhiDecision[] = [];
  broken = false;
  async record(decision: PhiDecision): Promise<void> {
    if (this.broken) throw new Error('the audit is full');
    this.decided.push(decision);
  }
}

const ask = (question: string, more: Partial<ChatRequest> = {}): ChatRequest => ({
  question, standaloneQuestion: question, history: [], passages: [{ marker: 1, title: 'Sepsis', heading: null, page: 1, text: 'Give 30 mL/kg of crystalloid.', score: 1 }], maxAnswerTokens: 200, ...more,
});
const plain = 'How much fluid in septic shock?';

let double: OpenAiDouble;
let decisions: RememberedDecisions;
beforeAll(async () => {
  double = await startOpenAiDouble();
});
afterAll(() => double.close());
beforeEach(() => {
  decisions = new RememberedDecisions();
  double.bodies.length = 0;
  double.behave({ kind: 'say', chunks: ['ok [1]'] });
});

const model = (policy: PhiPolicy) => openChatModel(new ChatModelConfig({ LLM_URL: double.baseUrl, LLM_MODEL: 'chat', LLM_API_KEY: 'test-key', LLM_PHI_POLICY: policy }), decisions);
const embedder = (policy: PhiPolicy) => openEmbedder(new EmbedderConfig({ EMBEDDER_URL: double.baseUrl, EMBEDDER_MODEL: 'embed', EMBEDDER_DIMENSION: '64', EMBEDDER_API_KEY: 'test-key', EMBEDDER_PHI_POLICY: policy }), decisions);
const said = async (parts: AsyncIterable<ChatPart>) => {
  let text = '';
  for await (const part of parts) if (part.type === 'text-delta') text += part.text;
  return text;
};
const arrived = () => JSON.stringify(double.bodies);
const leaked = () => phiCanaries.filter(({ trace }) => arrived().includes(trace)).map(({ kind }) => kind);

describe('mask', () => {
  it('lets no canary of any class reach the model, wherever in the request it stands', async () => {
    const request = ask(canaryNote, {
      standaloneQuestion: `In full: ${canaryNote}`,
      history: [{ role: 'user', content: canaryNote }, { role: 'assistant', content: canaryNote }],
      passages: [{ marker: 1, title: canaryNote, heading: canaryNote, page: 1, text: canaryNote, score: 1 }],
    });
    expect(await said((await model('mask')).stream(request, never, call))).toBe('ok [1]');
    expect(double.bodies).toHaveLength(1);
    expect(leaked()).toEqual([]);
    expect(arrived()).toContain('[NAME-1]');
    expect(decisions.decided).toMatchObject([{ provider: 'chat', host: '127.0.0.1', policy: 'mask', outcome: 'masked', counts: { name: 7 } }]);
  });

  it('turns placeholders back in the answer, however the stream is cut', async () => {
    const gated = await model('mask');
    const answer = 'Dr. [NAME-1] saw [Name 2] on [DATE-1]: MRN-1, see [1] and [NAME-9].';
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(answer.length), { maxLength: 12 }), async (cuts) => {
        const edges = [0, ...[...cuts].sort((a, b) => a - b), answer.length];
        double.behave({ kind: 'say', chunks: edges.slice(1).map((edge, index) => answer.slice(edges[index], edge)).filter((chunk) => chunk !== '') });
        const text = await said(gated.stream(ask('Dr. Okafor saw Mrs. Quandtworth, MRN 89918134, on 3/5/23.'), never));
        expect(text).toBe('Dr. Okafor saw Quandtworth on 3/5/23: 89918134, see [1] and [NAME-9].');
      }),
      { numRuns: 25 },
    );
  });

  it('tells the model what placeholders are, and only when there are some', async () => {
    const gated = await model('mask');
    await said(gated.stream(ask(plain), never));
    expect(arrived()).not.toContain('NAME-1');
    await said(gated.stream(ask('Is Mrs. Okafor due?'), never));
    expect(arrived()).toContain('copy it exactly');
  });

  it('gives vectors of masked texts', async () => {
    const vectors = await (await embedder('mask')).embed([canaryNote, plain], never, call);
    expect(vectors).toHaveLength(2);
    expect(leaked()).toEqual([]);
    expect(arrived()).toContain(plain);
    expect(decisions.decided).toMatchObject([{ provider: 'embedding', outcome: 'masked' }]);
  });
});

describe('block', () => {
  it.each(phiCanaries)('keeps $kind from chat and embedding, and says so without the value', async ({ sentence, value, kind }) => {
    for (const attempt of [said((await model('block')).stream(ask(plain, { history: [{ role: 'user', content: sentence }] }), never)), (await embedder('block')).embed([plain, sentence], never)]) {
      const error: unknown = await attempt.then(() => null, (problem: unknown) => problem);
      expect(error).toMatchObject({ code: 'PHI_BLOCKED', kind: 'forbidden' });
      expect(JSON.stringify([String(error), error])).not.toContain(value);
    }
    expect(double.bodies).toEqual([]);
    expect(decisions.decided.map(({ outcome, counts }) => [outcome, counts[kind]])).toEqual([['blocked', expect.any(Number)], ['blocked', expect.any(Number)]]);
  });

  it('lets texts without findings pass', async () => {
    expect(await said((await model('block')).stream(ask(plain), never))).toBe('ok [1]');
    expect(await (await embedder('block')).embed([plain], never)).toHaveLength(1);
    expect(decisions.decided.map(({ outcome }) => outcome)).toEqual(['clean', 'clean']);
  });

  it('keeps the text when its decision cannot be recorded', async () => {
    decisions.broken = true;
    await expect(said((await model('mask')).stream(ask(plain), never))).rejects.toThrow('the audit is full');
    await expect((await embedder('block')).embed([plain], never)).rejects.toThrow('the audit is full');
    expect(double.bodies).toEqual([]);
  });
});

describe('settings', () => {
  const chat = (settings: Record<string, string>) => openChatModel(new ChatModelConfig({ LLM_MODEL: 'chat', ...settings }), decisions);

  it.each(['https://api.example.com/v1', 'openai:http://10.0.0.7/v1', 'http://llm.internal/v1', 'http://127.0.0.1.example.com/v1', 'http://localhost.example.com/v1'])('blocks by default for %s, which is not this machine', async (LLM_URL) => {
    await expect(said((await chat({ LLM_URL })).stream(ask('Mrs. Okafor is due.'), never))).rejects.toMatchObject({ code: 'PHI_BLOCKED' });
  });

  it('allows on this machine unless told otherwise', async () => {
    expect(await said((await chat({ LLM_URL: double.baseUrl, LLM_API_KEY: 'test-key' })).stream(ask('Mrs. Okafor is due.'), never))).toBe('ok [1]');
    expect(arrived()).toContain('Okafor');
    for (const host of ['localhost', '127.0.0.1', '127.8.9.1', '[::1]', 'ollama.localhost']) expect(isThisMachine(host)).toBe(true);
  });

  it('refuses the start for allow without an agreement on record', async () => {
    const LLM_URL = 'https://api.example.com/v1';
    await expect(chat({ LLM_URL, LLM_PHI_POLICY: 'allow' })).rejects.toThrow(/LLM_PHI_POLICY: .*LLM_BAA_ON_RECORD=true/);
    await expect(openEmbedder(new EmbedderConfig({ EMBEDDER_URL: LLM_URL, EMBEDDER_MODEL: 'e', EMBEDDER_DIMENSION: '64', EMBEDDER_PHI_POLICY: 'allow' }))).rejects.toThrow(/EMBEDDER_BAA_ON_RECORD/);
    await expect(chat({ LLM_URL, LLM_PHI_POLICY: 'allow', LLM_BAA_ON_RECORD: 'true' })).resolves.toBeDefined();
    expect(() => new ChatModelConfig({ LLM_PHI_POLICY: 'sometimes' })).toThrow(/LLM_PHI_POLICY/);
  });

  it('has no gate where nothing leaves the process', async () => {
    const quoted = await said((await openChatModel(new ChatModelConfig({}), decisions)).stream(ask('How much crystalloid for Mrs. Okafor?'), never));
    expect(quoted).toContain('30 mL/kg');
    expect(decisions.decided).toEqual([]);
  });
});

describe('the audit', () => {
  it('gets one line for the call, of words and counts', async () => {
    const notes: unknown[] = [];
    const gated = await openChatModel(
      new ChatModelConfig({ LLM_URL: double.baseUrl, LLM_MODEL: 'chat', LLM_API_KEY: 'test-key', LLM_PHI_POLICY: 'mask' }),
      new NotedPhiDecisions(decisions, (of, note) => notes.push([of === call, note])),
    );
    await said(gated.stream(ask('Mrs. Okafor, DOB 4/24/89'), never, call));
    expect(notes).toEqual([[true, { subjects: { 'phi.chat': '127.0.0.1 mask masked name:2 date:2' } }]]);
    expect(decisions.decided).toHaveLength(1);
  });
});

const rule = (policy: PhiPolicy): PhiRule => ({ host: 'model.example', policy, outside: true });

describe.each(['mask', 'block'] as const)('a chat model behind %s', (policy) => chatModelConformance(() => new GatedChatModel(new ScriptedChatModel(), new PhiGate(rule(policy), 'chat', decisions))));

describe.each(['mask', 'block'] as const)('an encoder behind %s', (policy) => {
  const open = () => new OpenAiEmbedder({ baseUrl: double.baseUrl, model: 'embed', dimension: 64, apiKey: 'test-key', timeoutMs: 2000 });
  embedderConformance(() => new GatedEmbedder(open(), new PhiGate(rule(policy), 'embedding', decisions)));
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readSettings } from '@voiceassist/kit';
import { startOpenAiDouble, type OpenAiDouble } from '../openai/openai-double.js';
import { ChatModelConfig } from './chat-model.config.js';
import { chatModelConformance, partsOf, sampleRequest, textOf } from './chat-model.conformance.js';
import { ExtractiveChatModel } from './extractive.chat-model.js';
import { openChatModel } from './open-chat-model.js';
import { OpenAiChatModel, type OpenAiChatSettings } from './openai.chat-model.js';
import { ScriptedChatModel } from './scripted.chat-model.js';

const never = new AbortController().signal;
const settings = (environment: Record<string, string>) => new ChatModelConfig(environment);

describe('extractive', () => chatModelConformance(() => new ExtractiveChatModel()));

describe('scripted', () => chatModelConformance(() => new ScriptedChatModel()));

describe('openai', () => {
  let double: OpenAiDouble;
  const open = (more: Partial<OpenAiChatSettings> = {}) =>
    new OpenAiChatModel({
      baseUrl: double.baseUrl, model: 'test-model', apiKey: 'test-key', idleTimeoutMs: 8000, totalTimeoutMs: 16_000,
      resilience: { firstDelayMs: 5, longestDelayMs: 50, breakAfter: 50 }, ...more,
    });
  const answer = async (more?: Partial<OpenAiChatSettings>) => partsOf(open(more).stream(sampleRequest, never));
  const requests = () => double.bodies.length;

  beforeAll(async () => {
    double = await startOpenAiDouble();
  });
  afterAll(() => double.close());

  describe('in front of a vendor that behaves', () => {
    beforeAll(() => double.behave({ kind: 'say', chunks: ['Soap and water ', 'when soiled [1].'] }));
    chatModelConformance(() => open());

    it('reports usage and sends sources as data', async () => {
      const parts = await answer();
      expect(parts.at(-1)).toEqual({ type: 'finish', reason: 'complete', usage: { promptTokens: 11, completionTokens: 7 } });
      expect(JSON.stringify(double.bodies.at(-1))).toContain('<source number=\\"1\\" title=\\"Hand hygiene\\" page=\\"9\\">');
      expect(double.complaints).toEqual([]);
    });

    it('tells a cut answer from a complete one', async () => {
      double.behave({ kind: 'say', chunks: ['Soap'], finish: 'length' });
      expect((await answer()).at(-1)).toMatchObject({ reason: 'length' });
    });
  });

  it.each([429, 500, 503])('tries again after %i', async (status) => {
    double.behave({ kind: 'status', status }, { kind: 'refuse' }, { kind: 'say', chunks: ['again'] });
    const before = requests();
    expect(textOf(await answer())).toBe('again');
    expect(requests() - before).toBe(3);
  });

  it('waits as long as the vendor asks, and does not wait longer than is sensible', async () => {
    double.behave({ kind: 'status', status: 429, headers: { 'retry-after': '0.03' } }, { kind: 'say', chunks: ['again'] });
    expect(textOf(await answer())).toBe('again');
    double.behave({ kind: 'status', status: 429, headers: { 'retry-after': '3600' } }, { kind: 'say', chunks: ['again'] });
    await expect(answer()).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
  });

  it.each([400, 401, 404])('does not repeat a request answered %i, and keeps the vendor\'s text to itself', async (status) => {
    double.behave({ kind: 'status', status });
    const before = requests();
    const failure = await answer().catch((error: unknown) => error as Error);
    expect(failure).toMatchObject({ code: 'MODEL_UNAVAILABLE', kind: 'unavailable' });
    expect((failure as Error).message).not.toContain('VENDOR');
    expect(requests() - before).toBe(1);
  });

  it.each([
    ['cut off', { kind: 'cut', chunks: ['half an '] }],
    ['ended without a finish', { kind: 'cut', chunks: ['half an '], clean: true }],
    ['malformed', { kind: 'malformed' }],
  ] as const)('fails once it is %s, without a second try after the first piece', async (_, behaviour) => {
    double.behave(behaviour);
    const before = requests();
    await expect(answer()).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
    expect(requests() - before).toBe(1);
  });

  it.each([[['first ']], [[]]])('gives up on silence after %j and closes the request', async (afterChunks) => {
    double.behave({ kind: 'hang', afterChunks });
    const before = double.abandoned();
    await expect(answer({ idleTimeoutMs: 60 })).rejects.toMatchObject({ code: 'MODEL_TIMEOUT', kind: 'timeout' });
    while (double.abandoned() === before) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('gives up on an answer that never ends', async () => {
    double.behave({ kind: 'say', chunks: new Array<string>(1000).fill('more '), pauseMs: 5 });
    await expect(answer({ totalTimeoutMs: 100 })).rejects.toMatchObject({ code: 'MODEL_TIMEOUT' });
  });

  it.each(['abort', 'break'])('closes the request on %s', async (way) => {
    double.behave({ kind: 'say', chunks: new Array<string>(1000).fill('more '), pauseMs: 5 });
    const before = double.abandoned();
    const stop = new AbortController();
    for await (const _ of open().stream(sampleRequest, stop.signal)) {
      if (way === 'break') break;
      stop.abort();
    }
    while (double.abandoned() === before) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('stops asking a vendor that fails again and again', async () => {
    double.behave({ kind: 'status', status: 500 });
    const model = open({ resilience: { attempts: 1, breakAfter: 3, breakMs: 60_000 } });
    const before = requests();
    for (let round = 0; round < 6; round += 1) await expect(partsOf(model.stream(sampleRequest, never))).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
    expect(requests() - before).toBe(3);
  });
});

describe('opening by URL', () => {
  it('takes the extractive model when nothing is set', async () => {
    expect((await openChatModel(settings({}))).describe().kind).toBe('extractive');
  });

  it('opens an endpoint without asking it anything', async () => {
    const model = await openChatModel(settings({ LLM_URL: 'openai:http://127.0.0.1:9/v1', LLM_MODEL: 'm' }));
    expect(model.describe()).toMatchObject({ kind: 'generative', name: 'm' });
  });

  it('refuses what is wrong, at the start', async () => {
    expect(() => readSettings([ChatModelConfig], { LLM_URL: 'gpt', LANGSMITH_TRACING: 'true' })).toThrow(/LLM_URL.*\n.*LANGSMITH_TRACING/s);
    await expect(openChatModel(settings({ LLM_URL: 'scripted:' }))).rejects.toThrow(/LLM_ALLOW_SCRIPTED/);
    await expect(openChatModel(settings({ LLM_URL: 'https://host/v1' }))).rejects.toThrow(/LLM_MODEL/);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startOpenAiDouble, type OpenAiDouble } from '../openai/openai-double.js';
import { EmbedderConfig } from './embedder.config.js';
import { embedderConformance } from './embedder.conformance.js';
import { LocalEmbedder } from './local.embedder.js';
import { openEmbedder } from './open-embedder.js';
import { OpenAiEmbedder } from './openai.embedder.js';

const never = new AbortController().signal;

describe('local', () => {
  const embedder = new LocalEmbedder();
  afterAll(() => embedder.close());
  embedderConformance(() => embedder);

  it('leaves the event loop free while it encodes', async () => {
    let turns = 0;
    const tick = setInterval(() => (turns += 1), 5);
    await embedder.embed(new Array<string>(16).fill('Blood pressure lowering medications are recommended for people with diabetes.'), never);
    clearInterval(tick);
    expect(turns).toBeGreaterThan(5);
  });

  it('fails what is under way when it is closed, and starts again when asked again', async () => {
    const short = new LocalEmbedder();
    const lost = short.embed(['soap'], never);
    await new Promise((resolve) => setTimeout(resolve, 10));
    await short.close();
    await expect(lost).rejects.toMatchObject({ code: 'EMBEDDER_UNAVAILABLE' });
    expect(await short.embed(['soap'], never)).toHaveLength(1);
    await short.close();
  });
});

describe('openai', () => {
  let double: OpenAiDouble;
  const open = (dimension = 64) => new OpenAiEmbedder({ baseUrl: double.baseUrl, model: 'embed', dimension, apiKey: 'test-key', timeoutMs: 300, resilience: { firstDelayMs: 5, breakAfter: 50 } });
  beforeAll(async () => {
    double = await startOpenAiDouble();
    double.behave({ kind: 'say', chunks: [] });
  });
  afterAll(() => double.close());
  embedderConformance(() => open());

  it('tries again, and gives up with a code of its own', async () => {
    double.behave({ kind: 'status', status: 429 }, { kind: 'refuse' }, { kind: 'say', chunks: [] });
    expect(await open().embed(['soap'], never)).toHaveLength(1);
    double.behave({ kind: 'hang' });
    await expect(open().embed(['soap'], never)).rejects.toMatchObject({ code: 'EMBEDDER_TIMEOUT' });
    double.behave({ kind: 'status', status: 400 });
    await expect(open().embed(['soap'], never)).rejects.toMatchObject({ code: 'EMBEDDER_UNAVAILABLE' });
    double.behave({ kind: 'say', chunks: [] });
    expect(double.complaints).toEqual([]);
  });

  it('refuses vectors of another dimension than configured', async () => {
    await expect(open(128).embed(['soap'], never)).rejects.toMatchObject({ code: 'EMBEDDER_UNAVAILABLE' });
  });
});

describe('opening by URL', () => {
  it('has no encoder unless told', async () => {
    const embedder = await openEmbedder(new EmbedderConfig({}));
    expect(embedder).toMatchObject({ enabled: false, dimension: 0, id: 'none' });
    await expect(embedder.embed(['soap'], never)).rejects.toMatchObject({ code: 'EMBEDDER_UNAVAILABLE' });
  });

  it('lists what an endpoint lacks', async () => {
    await expect(openEmbedder(new EmbedderConfig({ EMBEDDER_URL: 'https://host/v1' }))).rejects.toThrow(/EMBEDDER_MODEL.*\n.*EMBEDDER_DIMENSION/s);
  });
});

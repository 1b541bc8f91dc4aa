import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { canaryNote, phiCanaries } from '@voiceassist/phi';
import { EncoderDouble } from './testing/encoder-double.js';
import { KnowledgeBase } from './testing/knowledge-base.js';

// Several first starts of an embedded database, each of several seconds of computing.
jest.setTimeout(180_000);
const text = (content: string) => new TextEncoder().encode(content);
let encoder: EncoderDouble;
beforeAll(async () => {
  encoder = await EncoderDouble.start();
});
afterAll(() => encoder.stop());
const leaked = () => phiCanaries.filter(({ trace }) => encoder.texts.join('\n').includes(trace)).map(({ kind }) => kind);

describe('an encoder outside the machine', () => {
  it('is kept from documents and questions by block: the document fails and says why, the question is answered by words', async () => {
    const knowledge = await KnowledgeBase.start({ ...encoder.settings(), EMBEDDER_PHI_POLICY: 'block' });
    const clean = await knowledge.upload({ bytes: text('# Fluids\n\nGive crystalloid to adults with shock.'), fileName: 'fluids.md' });
    expect(await knowledge.ended(clean)).toMatchObject({ stage: 'ready' });
    const letter = await knowledge.upload({ bytes: text(`# Letter\n\n${canaryNote}`), fileName: 'letter.md' });
    expect(await knowledge.ended(letter)).toMatchObject({ stage: 'failed', failure: { code: 'PHI_BLOCKED', message: expect.stringContaining('EMBEDDER_PHI_POLICY') as unknown } });
    const before = encoder.encoded;
    const { passages } = await knowledge.client.searchPassages({ query: `crystalloid for ${phiCanaries[0]?.sentence ?? ''}` }, knowledge.admin);
    expect(passages[0]).toMatchObject({ denseScore: null });
    expect(encoder.encoded).toBe(before);
    expect(leaked()).toEqual([]);
    await knowledge.close();
  });

  it('sees placeholders with mask, and readers see the document', async () => {
    const knowledge = await KnowledgeBase.start({ ...encoder.settings(), EMBEDDER_PHI_POLICY: 'mask' });
    const letter = await knowledge.upload({ bytes: text(`# Letter\n\n${canaryNote}`), fileName: 'letter.md' });
    expect(await knowledge.ended(letter)).toMatchObject({ stage: 'ready', failure: null });
    const { passages } = await knowledge.client.searchPassages({ query: 'Quandtworth pacemaker' }, knowledge.admin);
    expect(passages[0]?.text).toContain('Zephyrine Quandtworth');
    expect(encoder.texts.join('\n')).toContain('[NAME-1]');
    expect(leaked()).toEqual([]);
    await knowledge.close();
  });
});

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { canaryNote, phiCanaries } from '@voiceassist/phi';
import type { AuditRecord } from '@voiceassist/contracts';
import { DataSource } from 'typeorm';
import { EncoderDouble } from './testing/encoder-double.js';
import { KnowledgeBase, until } from './testing/knowledge-base.js';

// Several first starts of an embedded database, each of several seconds of computing.
jest.setTimeout(180_000);
const text = (content: string) => new TextEncoder().encode(content);
let encoder: EncoderDouble;
beforeAll(async () => {
  encoder = await EncoderDouble.start();
});
afterAll(() => encoder.stop());
const leaked = () => phiCanaries.filter(({ trace }) => encoder.texts.join('\n').includes(trace)).map(({ kind }) => kind);

/** What the audit is told of the jobs that read a document: in the outbox, since nobody else is there. */
async function lastIngestionRow(knowledge: KnowledgeBase, documentId: string) {
  const rowsOf = async () => {
    const rows = await knowledge.get(DataSource).query<{ payload: AuditRecord }[]>(`SELECT payload FROM outbox WHERE payload->>'action' = 'kb.ingest-document' AND payload->'subjects'->>'documentId' = $1 ORDER BY id`, [documentId]);
    return rows.map(({ payload }) => payload);
  };
  await until(async () => (await rowsOf()).some(({ outcome }) => outcome !== 'INTERRUPTED'));
  const { outcome, subjects } = (await rowsOf()).at(-1)!; // on a busy machine an attempt may have failed before
  return { outcome, decision: subjects['phi.embedding'] };
}

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
    expect(await lastIngestionRow(knowledge, clean.documentId)).toEqual({ outcome: 'ok', decision: '127.0.0.1 block clean' });
    expect(await lastIngestionRow(knowledge, letter.documentId)).toEqual({ outcome: 'PHI_BLOCKED', decision: expect.stringMatching(/^127\.0\.0\.1 block blocked .*name:\d/) as unknown });
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

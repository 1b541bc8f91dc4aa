import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { KnowledgeBase } from '../testing/knowledge-base.js';
import { Clamd, hasClamd } from '../fixtures/clamd.js';
import { eicar } from './file-scanner.conformance.js';

jest.setTimeout(120_000); // a database and a scanner are started, on whatever machine

// a missing clamd is told, and refused in CI, by file-scanner.test.ts
(hasClamd ? describe : describe.skip)('v5.0.0-5.4.3 uploads with a scanner', () => {
  let clamd: Clamd;
  let knowledge: KnowledgeBase;
  beforeAll(async () => {
    clamd = await Clamd.start();
    knowledge = await KnowledgeBase.start({ SCANNER_URL: `clamd:${clamd.socket}`, SCANNER_TIMEOUT_MS: '5000' });
  });
  afterAll(async () => {
    await knowledge?.close();
    await clamd?.stop();
  });

  const scannerState = async () => {
    const report = (await (await fetch(`${knowledge.url}/ready`)).json()) as { data: { status: string; dependencies: { name: string; status: string }[] } };
    return [report.data.status, report.data.dependencies.find(({ name }) => name.endsWith('scanner'))?.status];
  };

  it('reads what is clean and removes what is not, before anything of it is read', async () => {
    expect((await scannerState())[1]).toBe('ok');
    expect(await knowledge.add({ bytes: Buffer.from('Wash your hands before every dose.'), fileName: 'clean.txt' })).toMatchObject({ stage: 'ready' });
    const file = await knowledge.store(eicar, 'gift.txt');
    const { documentId } = await knowledge.client.uploadDocument({ file }, knowledge.admin);
    const ended = await knowledge.ended({ documentId });
    expect(ended).toMatchObject({ stage: 'failed', report: null, failure: { code: 'MALWARE_FOUND', message: expect.stringContaining('House.Test.Eicar') as unknown } });
    await expect(knowledge.blobs.open(file.blobKey)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await knowledge.found('EICAR')).not.toContain(documentId);
  });

  it('reads nothing while the scanner is away, and says why', async () => {
    await clamd.stop();
    expect(await knowledge.add({ bytes: Buffer.from('The unscanned quillfish protocol.'), fileName: 'unscanned.txt' })).toMatchObject({ stage: 'failed', report: null, failure: { code: 'SCANNER_UNAVAILABLE' } });
    expect(await knowledge.found('quillfish')).toEqual([]);
    // what was found well is believed for a second
    for (const deadline = Date.now() + 10_000; Date.now() < deadline && (await scannerState())[1] === 'ok';) await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await scannerState())[1]).toBe('down');
  });
});

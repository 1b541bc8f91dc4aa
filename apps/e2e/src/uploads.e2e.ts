import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { kb, maxUploadBytes } from '@voiceassist/contracts';
import { fileOf, onePixelPng, pdfOf, pdfWithoutText } from './house/documents.js';
import { Person } from './house/person.js';
import { mode, Product } from './house/product.js';

describe(`bad and odd files, ${mode}`, () => {
  let product: Product;
  let boss: Person;

  beforeAll(async () => {
    product = await Product.start();
    boss = await Person.signIn(product);
  }, 120_000);
  afterAll(() => product?.discard());

  it('refuses an empty file, a picture called PDF, and one byte too many', async () => {
    await expect(boss.upload(fileOf('empty.pdf', '', 'application/pdf'))).rejects.toMatchObject({ code: 'FILE_EMPTY', status: 400 });
    await expect(boss.upload(fileOf('picture.pdf', onePixelPng, 'application/pdf'))).rejects.toMatchObject({ code: 'FILE_TYPE_REFUSED', status: 400 });
    const tooLarge = fileOf('large.txt', Buffer.alloc(maxUploadBytes + 1, 'a'), 'text/plain');
    await expect(boss.upload(tooLarge)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
  });

  it('says why a scanned, an encrypted or a broken PDF cannot be used', async () => {
    const scanned = await boss.upload(await pdfWithoutText('scan.pdf'));
    expect(await boss.ingested(scanned.documentId)).toMatchObject({ stage: 'failed', failure: { code: 'PDF_NO_TEXT' } });
    const broken = await boss.upload(fileOf('broken.pdf', '%PDF-1.7\nthis is not a PDF at all', 'application/pdf')).then(({ documentId }) => boss.ingested(documentId), (error: { code: string }) => error);
    expect(JSON.stringify(broken)).toMatch(/PDF_|FILE_TYPE_REFUSED/);
  });

  it('refuses a duplicate with a pointer to the first', async () => {
    const file = await pdfOf('twice.pdf', [{ heading: 'Once', lines: ['Only once.'] }]);
    const first = await boss.upload(file);
    await expect(boss.upload(file)).rejects.toMatchObject({ code: 'DOCUMENT_DUPLICATE', status: 409, more: { details: { documentId: first.documentId } } });
  });

  it('reads Unicode and right-to-left text and finds it again', async () => {
    const text = '# مكافحة العدوى\n\nيجب غسل اليدين لمدة عشرين ثانية قبل لمس المريض.\n\n# Größen\n\nDie Dosis beträgt 5 µg/kg; θ-Wellen bleiben. 🙂\n';
    const { documentId } = await boss.upload(fileOf('rtl.md', text, 'text/markdown'));
    expect((await boss.ingested(documentId)).stage).toBe('ready');
    const { passages } = await boss.client.request(kb.searchPassages, { query: 'غسل اليدين' });
    expect(passages[0]).toMatchObject({ documentId });
    const page = await boss.client.request(kb.readPage, { documentId, page: 1 });
    expect(page.text.slice(passages[0]?.range.start, passages[0]?.range.end)).toBe(passages[0]?.text);
  });

  it('lets one bad file of a batch sink nothing', async () => {
    const names = ['alpha', 'beta', 'gamma'];
    const good = names.map((name) => boss.upload(fileOf(`${name}.txt`, `The ${name} rule is documented here in one sentence.`, 'text/plain')));
    const results = await Promise.allSettled([...good, boss.upload(fileOf('bad.pdf', onePixelPng, 'application/pdf'))]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected']);
    for (const result of results) if (result.status === 'fulfilled') expect((await boss.ingested(result.value.documentId)).stage).toBe('ready');
  });
});

import { deflateSync } from 'node:zlib';
import { expect, it } from '@jest/globals';
import { kb, maxUploadBytes, rag } from '@voiceassist/contracts';
import { fileOf, onePixelPng } from '../house/documents.js';
import { bodyOf, codeOf, type Scene, type Told } from './scene.js';

const path = kb.uploadDocument.http.path;

/** A PDF of one page whose content is the given, packed stream. */
function pdfWithStream(packed: Buffer, filter = '/FlateDecode'): Buffer {
  const objects = ['<</Type/Catalog/Pages 2 0 R>>', '<</Type/Pages/Kids[3 0 R]/Count 1>>', '<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>'];
  const head = Buffer.from(`%PDF-1.7\n${objects.map((object, index) => `${index + 1} 0 obj\n${object}\nendobj\n`).join('')}4 0 obj\n<</Length ${packed.length}/Filter ${filter}>>\nstream\n`);
  return Buffer.concat([head, packed, Buffer.from('\nendstream\nendobj\n5 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>\nendobj\ntrailer\n<</Root 1 0 R/Size 6>>\n%%EOF\n')]);
}

const boundary = 'asvs-boundary';
type Part = readonly [disposition: string, content: string | Buffer, type?: string];
const formOf = (parts: readonly Part[]) => Buffer.concat([...parts.flatMap(([disposition, content, type]) => [Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n${type ? `Content-Type: ${type}\r\n` : ''}\r\n`), Buffer.from(content), Buffer.from('\r\n')]), Buffer.from(`--${boundary}--\r\n`)]);

export function uploadAttacks(scene: () => Scene): void {
  const send = (parts: readonly Part[]): Promise<Told> => scene().ask(path, { method: 'POST', as: scene().boss, headers: { 'content-type': `multipart/form-data; boundary=${boundary}` }, body: formOf(parts) });
  const sendFile = (name: string, content: string | Buffer, type = 'application/pdf') => send([[`name="file"; filename="${name}"`, content, type]]);
  const fileOfDocument = (documentId: string) => scene().ask(kb.downloadDocument.http.path.replace(':documentId', documentId), { as: scene().boss });
  const endOf = async (told: Told) => (told.status === 202 ? (await scene().boss.ingested(String(bodyOf(told).data?.['documentId']))) : { stage: 'refused', failure: { code: codeOf(told) } });

  it('v5.0.0-5.2.1 a file above the limit is refused while it arrives, and nothing of it stays', async () => {
    const told = await sendFile('large.txt', Buffer.alloc(maxUploadBytes + 1, 'a'), 'text/plain');
    expect([told.status, codeOf(told)]).toEqual([413, 'FILE_TOO_LARGE']);
    expect((await scene().ask('/health')).status).toBe(200);
  }, 60_000);

  it('v5.0.0-5.2.2 what a file is, is decided by its bytes: wrong, double and missing endings, other kinds, none', async () => {
    const zip = Buffer.from('504b0304140000000000', 'hex');
    const refused: Record<string, Told> = {
      picture: await sendFile('picture.pdf', onePixelPng), zip: await sendFile('archive.pdf', zip), 'zip as text': await sendFile('archive.txt', zip, 'text/plain'), docx: await sendFile('letter.docx', zip),
      program: await sendFile('run.txt', Buffer.from('7f454c4602010100', 'hex'), 'text/plain'), 'exe with two endings': await sendFile('guideline.pdf.exe', Buffer.from('4d5a90000300000004000000ffff0000', 'hex')),
      'text called PDF': await sendFile('text.pdf', 'no PDF at all'), empty: await sendFile('empty.pdf', ''), gzip: await sendFile('a.txt', Buffer.from('1f8b0800000000000003', 'hex'), 'text/plain'),
    };
    for (const [name, told] of Object.entries(refused)) expect([name, told.status, codeOf(told)]).toEqual([name, 400, expect.stringMatching(/^FILE_(?:TYPE_REFUSED|EMPTY)$/)]);
  });

  it('v5.0.0-5.2.2 the name has to have an ending that fits', async () => {
    for (const name of ['page.html', 'run.sh', 'image.svg', 'macro.js', 'guideline.pdf.exe', 'shell.php']) {
      const told = await sendFile(name, `Plain words, called ${name}.`, 'text/plain');
      expect([name, told.status, codeOf(told)]).toEqual([name, 400, 'FILE_TYPE_REFUSED']);
    }
  });

  it('v5.0.0-5.2.3 a PDF whose stream unpacks to gigabytes fails by itself, and the product stays', async () => {
    const zeros = deflateSync(Buffer.alloc(400 * 1024 * 1024, ' '));
    for (const [name, content] of [['bomb.pdf', pdfWithStream(zeros)], ['nested.pdf', pdfWithStream(deflateSync(zeros), '[/FlateDecode/FlateDecode]')]] as const) {
      const told = await sendFile(name, content);
      const end = await endOf(told);
      expect([name, end.stage, end.failure?.code]).toEqual([name, 'failed', expect.stringMatching(/^(?:PARSE_MEMORY|PARSE_TIMEOUT|PDF_)/)]);
    }
    expect((await scene().ask('/ready')).status).toBe(200);
  }, 120_000);

  it('v5.0.0-5.3.2 a path in a file name names nothing outside the store', async () => {
    const names = ['../../../../etc/passwd.txt', '..\\..\\windows\\system.txt', '/etc/shadow.txt', 'a/../../b.txt', '%2e%2e%2fc.txt', 'C:\\boot.txt', '....//....//d.txt', 'e.txt\u0000.pdf', '.htaccess.txt', `${'long'.repeat(200)}.txt`];
    for (const [index, name] of names.entries()) {
      const told = await sendFile(name.replaceAll('\\', '\\\\'), `A path attack, number ${index}.`, 'text/plain');
      if (told.status !== 202) continue;
      const shown = String(bodyOf(told).data?.['fileName']);
      expect([name, /[/\\\u0000]/.test(shown), shown.length <= 255]).toEqual([name, false, true]);
    }
  });

  it('v5.0.0-5.4.1 v5.0.0-5.4.2 a name with quotes, line breaks or other scripts stays a name in the header of the download', async () => {
    const names = ['a";filename="evil.exe.txt', 'b\r\nSet-Cookie: x=1.txt', "c'*;.txt", 'übersicht – 患者.txt', 'd%0d%0aX: y.txt', '<img src=x onerror=alert(1)>.txt'];
    for (const [index, name] of names.entries()) {
      const document = await scene().boss.upload(fileOf(name, `A name attack, number ${index}.`, 'text/plain'));
      const told = await fileOfDocument(document.documentId);
      const disposition = String(told.headers['content-disposition']);
      expect([name, told.headers['set-cookie'], told.headers['x']]).toEqual([name, undefined, undefined]);
      expect(disposition).toMatch(/^(?:inline|attachment); filename="[^"\\\r\n]*"; filename\*=UTF-8''[\w.~!$&+%^`|#-]*$/);
    }
  });

  it('v5.0.0-3.2.1 v5.0.0-5.3.1 a polyglot of PDF and page is neither run nor taken for a page', async () => {
    const script = '<html><script>alert(document.domain)</script><body>%PDF-1.7 polyglot</body></html>';
    const told = await sendFile('polyglot.pdf', Buffer.concat([Buffer.from(script), Buffer.from('\n'), pdfWithStream(deflateSync(Buffer.from('BT /F1 12 Tf 50 200 Td (polyglot) Tj ET')))]), 'text/html');
    const markdown = await sendFile('page.md', `# Title\n\n${script}\n\n[x](javascript:alert(1)) ![y](http://127.0.0.1:9/pixel.png)`, 'text/html');
    const plain = await sendFile('page.txt', script.replace('%PDF-1.7 ', ''), 'text/html');
    for (const each of [told, markdown, plain]) {
      if (each.status !== 202) continue;
      const file = await fileOfDocument(String(bodyOf(each).data?.['documentId']));
      expect(String(file.headers['content-type'])).toMatch(/^(?:application\/pdf|text\/plain|text\/markdown)/);
      expect(String(file.headers['content-security-policy'])).toMatch(/default-src 'none'.*sandbox/);
      expect(file.headers['x-content-type-options']).toBe('nosniff');
    }
  });

  it('v5.0.0-2.4.1 forms of many parts, files, headers or without an end are refused, and nothing of them stays', async () => {
    const file: Part = ['name="file"; filename="a.txt"', 'A form of many parts.', 'text/plain'];
    const fields = (count: number): Part[] => Array.from({ length: count }, (_, index) => [`name="f${index}"`, 'x']);
    const attacks: Record<string, Told> = {
      'many fields': await send([...fields(2_000), file]), 'two files': await send([file, file]), 'a file in another field': await send([['name="other"; filename="a.txt"', 'x']]), 'a text as file': await send([['name="file"', 'x']]),
      'a long field': await send([['name="title"', 'x'.repeat(100_000)], file]), 'the same twice': await send([['name="title"', 'a'], ['name="title"', 'b'], file]),
      'no end': await scene().ask(path, { method: 'POST', as: scene().boss, headers: { 'content-type': `multipart/form-data; boundary=${boundary}` }, body: formOf([file]).subarray(0, -30) }),
      'no boundary': await scene().ask(path, { method: 'POST', as: scene().boss, headers: { 'content-type': 'multipart/form-data' }, body: formOf([file]) }),
      'nothing': await send([]),
    };
    for (const [name, told] of Object.entries(attacks)) expect([name, told.status, told.status >= 400 && told.status < 500]).toEqual([name, told.status, true]);
  }, 60_000);

  it('v5.0.0-1.3.5 markup of an uploaded text makes neither a link nor a picture of an answer', async () => {
    const text = '# The wobblewort rule\n\nThe wobblewort rule: <script>alert(1)</script> give it at 07:15 ![p](http://127.0.0.1:9/p.png) [l](javascript:alert(1)).\n';
    const { documentId } = await scene().boss.upload(fileOf('wobblewort.md', text, 'text/markdown'));
    expect((await scene().boss.ingested(documentId)).stage).toBe('ready');
    const answer: string[] = [];
    for await (const part of scene().boss.client.stream(rag.streamAnswer, { clientMessageId: 'asvs-markup-1', content: 'When is wobblewort given?' })) if (part.type === 'message_complete') answer.push(part.content);
    expect(answer.join('')).toContain('07:15');
    expect(answer.join('')).not.toMatch(/!\[|\]\(/);
  });

  it('v5.0.0-5.3.3 v5.0.0-1.3.6 a PDF that points at addresses and files makes the server fetch none of them', async () => {
    const { createServer } = await import('node:http');
    let asked = 0;
    const trap = createServer((_request, response) => {
      asked += 1;
      response.end('x');
    });
    await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
    const { port } = trap.address() as { port: number };
    const url = `http://127.0.0.1:${port}/`;
    const pdf = pdfWithStream(deflateSync(Buffer.from('BT /F1 12 Tf 50 200 Td (The trapdoor rule is here.) Tj ET'))).toString('latin1')
      .replace('<</Type/Catalog', `<</Type/Catalog/OpenAction<</S/URI/URI(${url}a)>>/AA<</O<</S/SubmitForm/F<</FS/URL/F(${url}b)>>>>>>`)
      .replace('/Contents 4 0 R', `/Contents 4 0 R/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 300 300]/A<</S/URI/URI(${url}c)>>>>]`);
    const told = await sendFile('trap.pdf', Buffer.from(pdf, 'latin1'));
    await endOf(told);
    const markdown = await sendFile('trap.md', `# Trap\n\n![x](${url}d) <img src="${url}e"> <iframe src="file:///etc/passwd"></iframe>\n\nThe trapdoor rule again.`, 'text/markdown');
    await endOf(markdown);
    trap.close();
    expect(asked).toBe(0);
  });
}

import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { kb, maxUploadBytes } from '@voiceassist/contracts';
import { Door, json, refusal, type Asking } from './testing/door.js';
import type { Person } from './testing/people.js';
import { scene, Shelf, TestAdminModule, TestAuthModule, TestKbModule } from './testing/services.js';

const someId = '00000000-0000-4000-8000-00000000000a';

let door: Door;
let admin: Person;
let viewer: Person;

beforeAll(async () => {
  door = await Door.open();
  [admin, viewer] = [await door.sign('admin'), await door.sign('viewer')];
});
afterAll(() => door?.close());

describe('uploads', () => {
  const shelf = () => door.running.get(TestKbModule, Shelf);
  const send = (form: FormData, as: Person = admin) => door.ask('/api/admin/kb/documents', { method: 'POST', as, body: form });

  /** A form that is sent while it is made, so that no length is known beforehand. */
  function streamed(bytes: number): Promise<Response> {
    const boundary = 'boundary-of-the-test';
    const chunk = new Uint8Array(1024 * 1024).fill(97);
    async function* body() {
      yield Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="big.txt"\r\ncontent-type: text/plain\r\n\r\n`);
      for (let left = bytes; left > 0; left -= chunk.byteLength) yield chunk.subarray(0, Math.min(left, chunk.byteLength));
      yield Buffer.from(`\r\n--${boundary}--\r\n`);
    }
    const init = { method: 'POST', as: admin, body: ReadableStream.from(body()), duplex: 'half', headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } };
    return door.ask('/api/admin/kb/documents', init as unknown as Asking);
  }

  it('stream the file into the store and hand the service its key, size and hash', async () => {
    const bytes = Buffer.from('The ward closes at eight.');
    const document = await door.client(admin).upload(kb.uploadDocument, new File([bytes], '../../etc/ward "rules" ü.txt', { type: 'text/plain' }), { title: 'Ward rules' });
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(document).toMatchObject({ title: 'Ward rules', sha256, sizeBytes: bytes.byteLength });
    expect(scene.uploads.at(-1)).toMatchObject({ sha256, sizeBytes: bytes.byteLength });
    expect(scene.uploads.at(-1)?.fileName).not.toMatch(/[/\\]/);
    expect(await shelf().countBlobs()).toBeGreaterThan(0);
  });

  it('keep nothing when the operation refuses, the service is down, or the form is wrong', async () => {
    const file = new File(['text'], 'a.txt', { type: 'text/plain' });
    const blobs = await shelf().countBlobs();
    await expect(door.client(admin).upload(kb.uploadDocument, file, { title: 'refuse me' })).rejects.toMatchObject({ code: 'DOCUMENT_DUPLICATE', status: 409, more: { details: { documentId: 'the first' } } });
    await expect(door.client(admin).upload(kb.uploadDocument, file, { collectionId: 'none' })).rejects.toMatchObject({ code: 'INVALID_INPUT', more: { field: 'collectionId' } });
    const noFile = new FormData();
    noFile.set('title', 'x');
    expect(await refusal(await send(noFile))).toMatchObject({ status: 400, field: 'file' });
    const forged = new FormData();
    forged.set('file', JSON.stringify({ blobKey: 'somebody-elses', fileName: 'x', sizeBytes: 1, sha256: '0'.repeat(64) }));
    expect(await refusal(await send(forged))).toMatchObject({ status: 400, field: 'file' });
    const two = new FormData();
    two.append('file', file);
    two.append('file', file);
    expect(await refusal(await send(two))).toMatchObject({ status: 400 });
    const elsewhere = new FormData();
    elsewhere.set('document', file);
    expect(await refusal(await send(elsewhere))).toMatchObject({ status: 400, field: 'document' });
    expect(await refusal(await door.ask('/api/admin/kb/documents', json('POST', { file: { blobKey: 'x', fileName: 'x', sizeBytes: 1, sha256: '0'.repeat(64) } }, admin)))).toMatchObject({ status: 415 });
    expect(await shelf().countBlobs()).toBe(blobs);
    const gatewayAlone = await door.another({}, [TestAdminModule, TestAuthModule]);
    await expect(gatewayAlone.client(admin).upload(kb.uploadDocument, file)).rejects.toMatchObject({ code: 'UNAVAILABLE', status: 503 });
    await gatewayAlone.close();
    expect(await shelf().countBlobs()).toBe(blobs);
  });

  it('take exactly 50 MB and refuse one byte more while it arrives', async () => {
    const blobs = await shelf().countBlobs();
    expect((await streamed(maxUploadBytes)).status).toBe(202);
    expect(scene.uploads.at(-1)?.sizeBytes).toBe(maxUploadBytes);
    const uploads = scene.uploads.length;
    expect(await refusal(await streamed(maxUploadBytes + 1))).toMatchObject({ status: 413, code: 'FILE_TOO_LARGE', field: 'file' });
    expect(await refusal(await streamed(maxUploadBytes + 20 * 1024 * 1024))).toMatchObject({ status: 413, code: 'FILE_TOO_LARGE' });
    expect(scene.uploads).toHaveLength(uploads);
    expect(await shelf().countBlobs()).toBe(blobs + 1);
  });
});

describe('downloads', () => {
  const path = `/api/kb/documents/${someId}/file`;
  const bytes = Buffer.from(Array.from({ length: 5000 }, (_, index) => index % 256));
  const get = (headers: Record<string, string> = {}) => door.ask(path, { as: viewer, headers });

  it('give the bytes, ranges of them, or only that nothing changed', async () => {
    await door.running.get(TestKbModule, Shelf).fill(bytes);
    const whole = await get();
    expect(Buffer.from(await whole.arrayBuffer())).toEqual(bytes);
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      'content-type': 'application/pdf', 'content-length': '5000', 'accept-ranges': 'bytes', 'x-content-type-options': 'nosniff', 'cache-control': 'private, no-cache',
      'content-disposition': `inline; filename="Leitlinie ___.pdf"; filename*=UTF-8''Leitlinie%20%22%CE%B1%22.pdf`,
    });
    expect(whole.headers.get('content-security-policy')).toContain('sandbox');
    const etag = whole.headers.get('etag') ?? '';
    for (const [range, start, end] of [['bytes=0-9', 0, 9], ['bytes=4990-', 4990, 4999], ['bytes=-5', 4995, 4999], ['bytes=100-99999', 100, 4999]] as const) {
      const part = await get({ range });
      expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes ${start}-${end}/5000`]);
      expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(start, end + 1));
    }
    expect((await get({ range: 'bytes=5000-' })).status).toBe(416);
    expect((await get({ 'range': 'bytes=0-9', 'if-range': '"older"' })).status).toBe(200);
    expect((await get({ 'range': 'bytes=0-9', 'if-range': etag })).status).toBe(206);
    const known = await get({ 'if-none-match': `W/${etag}, "x"` });
    expect([known.status, await known.text()]).toEqual([304, '']);
  });
});

import type { BlobDownload } from '@voiceassist/contracts';
import type { ScopedBlobs } from '@voiceassist/storage';
import { failureEnvelope } from '@voiceassist/kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { rangeOf } from './byte-range.js';

interface Delivery {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly blobs: ScopedBlobs;
  readonly signal: AbortSignal;
}

/** Kinds of content that a browser may show; everything else is only saved. */
const shownInline = /^(?:application\/pdf|text\/plain)$/;

/** Names in ASCII for old clients and in UTF-8 for all others (RFC 6266). */
function dispositionOf({ fileName, contentType }: BlobDownload): string {
  const ascii = fileName.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(fileName).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  return `${shownInline.test(contentType) ? 'inline' : 'attachment'}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

/** The copy of the client is still good; lists and weak validators as RFC 9110 wants them. */
function isKnown(etag: string, header: string | undefined): boolean {
  return header?.split(',').some((each) => ['*', etag].includes(each.trim().replace(/^W\//, ''))) ?? false;
}

/**
 * A document that is looked at page by page may be kept and is asked about every time: a removed grant must end reading at
 * once, also what a browser has kept. What is only saved, for example an export, is kept by nobody.
 */
const cachingOf = ({ contentType }: BlobDownload): string => (shownInline.test(contentType) ? 'private, no-cache' : 'no-store');

function contentTypeOf({ contentType }: BlobDownload): string {
  return contentType.startsWith('text/') ? `${contentType}; charset=utf-8` : contentType;
}

/** Sends the bytes of a blob: whole, one range of them, or only the news that the client has them already. */
export async function sendBlob(blob: BlobDownload, { request, reply, blobs, signal }: Delivery): Promise<void> {
  const etag = `"${blob.sha256}"`;
  void reply.headers({ etag, 'accept-ranges': 'bytes', 'cache-control': cachingOf(blob), 'x-content-type-options': 'nosniff' });
  if (isKnown(etag, request.headers['if-none-match'])) return void reply.code(304).send();
  const { 'if-range': ifRange } = request.headers;
  const range = rangeOf(ifRange === undefined || ifRange === etag ? request.headers.range : undefined, blob.sizeBytes);
  if (range.kind === 'unsatisfiable') {
    const error = { code: 'RANGE_NOT_SATISFIABLE', message: 'The range lies behind the end of the file.' };
    return void reply.code(416).header('content-range', `bytes */${blob.sizeBytes}`).type('application/json; charset=utf-8').send(failureEnvelope(error, { requestId: request.id }));
  }
  const part = range.kind === 'part' ? range : undefined;
  const place = part && { start: part.start, end: part.end };
  const bytes = await (blob.pass === undefined ? blobs.open(blob.blobKey, place) : blobs.openWith(blob.blobKey, blob.pass, place));
  signal.addEventListener('abort', () => bytes.destroy(), { once: true });
  if (part) void reply.code(206).header('content-range', `bytes ${part.start}-${part.end}/${blob.sizeBytes}`);
  void reply.headers({
    'content-type': contentTypeOf(blob),
    'content-length': String(part ? part.end - part.start + 1 : blob.sizeBytes),
    'content-disposition': dispositionOf(blob),
    // whatever a file contains, it runs nothing when it is opened on its own
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
  });
  await reply.send(bytes);
}

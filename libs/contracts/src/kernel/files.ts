import { z } from 'zod';

/** A file the gateway has already streamed into the blob store; clients cannot forge it. */
export const UploadedFile = z.object({
  blobKey: z.string(),
  fileName: z.string().min(1).max(255),
  sizeBytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type UploadedFile = z.infer<typeof UploadedFile>;

/** Bytes to be served from the blob store by the gateway. */
export const BlobDownload = z.object({
  blobKey: z.string(),
  fileName: z.string(),
  contentType: z.string(),
  sizeBytes: z.int().min(0),
  sha256: z.string(),
});
export type BlobDownload = z.infer<typeof BlobDownload>;

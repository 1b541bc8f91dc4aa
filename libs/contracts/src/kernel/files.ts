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
  /** For a file that hangs on a key which the gateway does not have: the file's own key, wrapped under the master keys for this delivery. */
  pass: z.string().optional(),
});
export type BlobDownload = z.infer<typeof BlobDownload>;

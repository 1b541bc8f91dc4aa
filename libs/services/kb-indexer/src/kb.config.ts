import { Config, setting } from '@voiceassist/kit';
import { z } from 'zod';

const milliseconds = (fallback: number, least: number) => z.coerce.number().int().min(least).max(24 * 3_600_000).default(fallback);

/** Bounds of reading files, and what is loaded at the first start. */
export class KbConfig extends Config({
  PARSE_TIMEOUT_MS: setting(milliseconds(120_000, 1_000), 'Longest time that reading one file may take, in milliseconds; then the document fails with PARSE_TIMEOUT.'),
  PARSE_MEMORY_MB: setting(z.coerce.number().int().min(64).max(16_384).default(512), 'Heap that the process which reads a file may use, in megabytes; then the document fails with PARSE_MEMORY.'),
  QUERY_ENCODING_TIMEOUT_MS: setting(milliseconds(2_000, 50), 'How long a search waits for the encoder, in milliseconds, before words alone decide.'),
  KB_HOUSEKEEPING_MS: setting(milliseconds(5_000, 50), 'How often interrupted ingestions are looked for, in milliseconds.'),
  ORPHANED_BLOB_AGE_MS: setting(milliseconds(3_600_000, 1_000), 'Age after which an uploaded file that belongs to no document is removed, in milliseconds.'),
  SAMPLES_DIR: setting(z.string().min(1).optional(), 'Folder whose PDF, Markdown and text files are loaded once into a collection marked as samples.'),
}) {}

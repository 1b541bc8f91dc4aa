import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Extractor, ExtractionLimits } from './extractor.js';
import { InProcessExtractor } from './in-process-extractor.js';
import { ProcessExtractor } from './process-extractor.js';

/** In a process of its own when this module runs from its build, else in this thread. */
export function openExtractor(limits: ExtractionLimits): Extractor {
  const file = new URL('./extraction.process.js', import.meta.url);
  return existsSync(fileURLToPath(file)) ? new ProcessExtractor(file, limits) : new InProcessExtractor(limits);
}
